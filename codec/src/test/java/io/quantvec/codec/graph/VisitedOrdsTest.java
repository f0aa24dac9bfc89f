/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VisitedOrdsTest {

  @Test
  void behavesLikeASet() {
    Random random = new Random(1);
    VisitedOrds visited = new VisitedOrds();
    Set<Integer> expected = new HashSet<>();
    for (int round = 0; round < 300; round++) {
      // Large and small ordinals, and ordinals at word boundaries.
      int size = 1 + (round % 3 == 0 ? 64 * random.nextInt(1, 50) : random.nextInt(10_000));
      visited.clear(size);
      expected.clear();
      int adds = random.nextInt(2 * size);
      for (int i = 0; i < adds; i++) {
        int ord = random.nextInt(size);
        assertEquals(expected.add(ord), visited.add(ord), "round " + round + ", ordinal " + ord);
      }
    }
  }

  @Test
  void addsEveryOrdinalOnce() {
    VisitedOrds visited = new VisitedOrds();
    for (int size : new int[] {0, 1, 63, 64, 65, 20_000, 100, 20_000}) {
      visited.clear(size);
      for (int ord = size - 1; ord >= 0; ord--) {
        assertTrue(visited.add(ord));
      }
      for (int ord = 0; ord < size; ord++) {
        assertFalse(visited.add(ord));
      }
    }
  }

  /** A search must not see ordinals of a previous smaller or larger search. */
  @Test
  void clearsSmallerAndLargerSearches() {
    VisitedOrds visited = new VisitedOrds();
    visited.clear(10_000);
    visited.add(9_999);
    visited.add(3);
    visited.clear(64);
    assertTrue(visited.add(3));
    visited.clear(10_000);
    assertTrue(visited.add(9_999));
    assertTrue(visited.add(3));
    visited.clear(1_000_000);
    assertTrue(visited.add(9_999));
    assertTrue(visited.add(999_999));
  }

  @Test
  void takesOneBitPerOrdinal() {
    VisitedOrds visited = new VisitedOrds();
    visited.clear(1_000_000);
    assertTrue(visited.ramBytesUsed() < 1_000_000 / 8 + 1_000, visited.ramBytesUsed() + " bytes");
  }
}
