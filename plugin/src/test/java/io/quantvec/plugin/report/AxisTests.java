/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTests {

  @Test
  void linearTicksAreRoundAndWithin() {
    assertEquals(List.of(0.0, 20.0, 40.0, 60.0, 80.0, 100.0), Axis.linear("", 0, 97).ticks());
    Axis recall = Axis.linear("", 0.93, 1);
    assertEquals(0.92, recall.from(), 1e-9);
    assertEquals(1, recall.to(), 1e-9);
    assertEquals(0, recall.position(0.92), 1e-9);
    assertEquals(1, recall.position(1), 1e-9);
    assertEquals(0.5, recall.position(0.96), 1e-9);
  }

  @Test
  void logarithmicTicksAreRoundAndWithin() {
    Axis bytes = Axis.logarithmic("", 52, 768);
    assertEquals(List.of(50.0, 100.0, 200.0, 500.0), bytes.ticks());
    assertTrue(bytes.position(52) > 0 && bytes.position(768) < 1);
    assertEquals(
        bytes.position(200) - bytes.position(100), bytes.position(400) - bytes.position(200), 1e-9);
  }

  @Test
  void oneValueAloneHasRoom() {
    for (Axis axis : List.of(Axis.linear("", 3, 3), Axis.logarithmic("", 3, 3))) {
      assertTrue(axis.from() < axis.to());
      assertTrue(Double.isFinite(axis.position(3)));
      assertTrue(axis.ticks().size() < 20);
    }
  }
}
