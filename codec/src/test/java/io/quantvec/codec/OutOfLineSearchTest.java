/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A call by a handle behaves as any other. */
class OutOfLineSearchTest {

  @Test
  void passesItsArgumentsOn() throws IOException {
    float[] target = {1};
    String[] field = new String[1];
    float[][] received = new float[1][];
    OutOfLineSearch.run(
        (name, vector, collector, accepted) -> {
          field[0] = name;
          received[0] = vector;
        },
        "v",
        target,
        null,
        null);
    assertSame("v", field[0]);
    assertSame(target, received[0]);
  }

  @Test
  void throwsWhatTheSearchThrows() {
    IOException checked = new IOException("disk");
    assertSame(
        checked,
        assertThrows(
            IOException.class,
            () ->
                OutOfLineSearch.run(
                    (name, vector, collector, accepted) -> {
                      throw checked;
                    },
                    "v",
                    null,
                    null,
                    null)));
    IllegalStateException unchecked = new IllegalStateException("closed");
    assertSame(
        unchecked,
        assertThrows(
            IllegalStateException.class,
            () ->
                OutOfLineSearch.run(
                    (name, vector, collector, accepted) -> {
                      throw unchecked;
                    },
                    "v",
                    null,
                    null,
                    null)));
  }
}
