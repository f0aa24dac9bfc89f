/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** That documents of indexes which earlier versions wrote come back whole. */
class GoldenSourcesTest {

  @Test
  void sourcesComeBack() throws IOException {
    try (InputStream zip = GoldenSources.class.getResourceAsStream(GoldenSources.RESOURCE)) {
      assertEquals(GoldenSources.expected(), GoldenSources.read(zip));
    }
  }
}
