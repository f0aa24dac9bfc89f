/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A call by a method handle behaves like any other call. */
class OutOfLineTest {

  @Test
  void runs() throws IOException {
    int[] runs = new int[1];
    OutOfLine.run(() -> runs[0]++);
    assertEquals(1, runs[0]);
  }

  @Test
  void throwsTheExceptionOfTheWork() {
    IOException checked = new IOException("disk");
    assertSame(checked, assertThrows(IOException.class, () -> run(checked, null)));
    IllegalStateException unchecked = new IllegalStateException("closed");
    assertSame(unchecked, assertThrows(IllegalStateException.class, () -> run(null, unchecked)));
  }

  private static void run(IOException checked, RuntimeException unchecked) throws IOException {
    OutOfLine.run(
        () -> {
          if (checked != null) {
            throw checked;
          }
          throw unchecked;
        });
  }
}
