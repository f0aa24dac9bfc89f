/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.cold;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Tests the summary of a run. */
class ColdResultTest {

  private static final long SECOND = 1_000_000_000;

  /** Two slow seconds with 20 searches each, and ten with 100. */
  private static long[] ends() {
    LongStream slow = LongStream.rangeClosed(1, 40).map(i -> i * SECOND / 20);
    LongStream fast = LongStream.rangeClosed(1, 1_000).map(i -> 2 * SECOND + i * SECOND / 100);
    return LongStream.concat(slow, fast).toArray();
  }

  @Test
  void countsSearchesAndFindsTheFirstFastSecond() {
    ColdResult result = ColdResult.of(ends());
    assertEquals(100, result.steady(), 1);
    // The second that starts at 1.8 has .2 s of slow and .8 s of fast searches: 84 searches.
    assertEquals(1.8, result.secondsToSteady(), .11);
    assertEquals(12, result.perSecond().length);
    assertArrayEquals(new int[] {19, 20}, new int[] {result.perSecond()[0], result.perSecond()[1]});
    assertEquals(50, result.slowestMillis(), 1e-6);
  }

  @Test
  void leavesOutTheFirstTenSearches() {
    long[] ends = ends();
    for (int i = 9; i < ends.length; i++) {
      ends[i] += SECOND;
    }
    assertEquals(50, ColdResult.of(ends).slowestMillis(), 1e-6);
    for (int i = 10; i < ends.length; i++) {
      ends[i] += SECOND;
    }
    assertEquals(1_050, ColdResult.of(ends).slowestMillis(), 1e-6);
  }
}
