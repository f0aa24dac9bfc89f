/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.rest.RestStatus;

/** That a form is one byte, which never changes, and that one of the future is told apart. */
class WireVersionTest {

  private static WireVersion read(int... bytes) throws IOException {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      array[i] = (byte) bytes[i];
    }
    try (StreamInput in = new BytesArray(array).streamInput()) {
      WireVersion version = WireVersion.readFrom(in);
      assertEquals(bytes.length - 1, in.available());
      return version;
    }
  }

  @ParameterizedTest
  @EnumSource(WireVersion.class)
  void isOneByteThatCountsFromOne(WireVersion version) throws IOException {
    try (BytesStreamOutput out = new BytesStreamOutput()) {
      version.writeTo(out);
      assertArrayEquals(
          new byte[] {(byte) (version.ordinal() + 1)}, BytesReference.toBytes(out.bytes()));
    }
    assertEquals(version, read(version.ordinal() + 1, 77));
  }

  /** What the nodes of releases send; a constant that moved would be read as another one. */
  @Test
  void numbersNeverChange() throws IOException {
    assertEquals(WireVersion.FIRST, read(1));
    assertEquals(WireVersion.RADIUS_AND_NESTED, read(2));
  }

  @Test
  void refusesTheFuture() {
    int last = WireVersion.values().length;
    for (int number : new int[] {last + 1, 127, 128, 255}) {
      OpenSearchStatusException e =
          assertThrows(OpenSearchStatusException.class, () -> read(number));
      assertEquals(RestStatus.SERVICE_UNAVAILABLE, e.status());
      assertTrue(
          e.getMessage().contains("this node has an older version of the plugin [quantvec]")
              && e.getMessage().contains("forms up to [" + last + "]")
              && e.getMessage().contains("need form [" + number + "]"),
          e::getMessage);
    }
  }

  @Test
  void refusesWhatNobodyWrites() {
    IOException e = assertThrows(IOException.class, () -> read(0));
    assertEquals("expected the form of a [quantized_knn] query, found 0", e.getMessage());
  }

  @Test
  void laterFormsIncludeEarlierOnes() {
    for (WireVersion one : WireVersion.values()) {
      for (WireVersion other : WireVersion.values()) {
        assertEquals(one.ordinal() >= other.ordinal(), one.includes(other));
      }
    }
  }
}
