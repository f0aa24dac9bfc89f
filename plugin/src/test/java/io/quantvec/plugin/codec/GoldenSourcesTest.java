/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.quantvec.plugin.source.StrippedSource;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** That documents of indexes which earlier versions wrote come back whole. */
class GoldenSourcesTest {

  @Test
  void sourcesComeBack() throws IOException {
    for (int version = 0; version < GoldenSources.VERSIONS; version++) {
      String resource = GoldenSources.resource(version);
      try (InputStream zip = GoldenSources.class.getResourceAsStream(resource)) {
        assertNotNull(zip, resource);
        assertEquals(GoldenSources.expected(version), GoldenSources.read(zip), resource);
      }
    }
  }

  /** So that a new version gets an index of its own. */
  @Test
  void everyVersionHasAnIndex() {
    assertEquals(StrippedSource.VERSION_CURRENT, GoldenSources.VERSIONS - 1);
  }
}
