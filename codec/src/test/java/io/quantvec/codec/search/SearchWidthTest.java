/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchWidthTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, 10_000})
  void singleSegmentHasTheWholeBeam(int beam) {
    assertEquals(beam, new SearchWidth(1, beam).own(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, 10_000})
  void everySegmentHasCandidatesUpToTheBeam(int beam) {
    SearchWidth width = new SearchWidth(1, beam);
    for (double share : new double[] {0, 1e-9, .01, .1, .5, .9, .999}) {
      int own = width.own(share);
      assertTrue(own >= 1 && own <= beam && own >= beam * share, share + ": " + own);
    }
  }

  @Test
  void largerBeamDoesNotReduceASegmentsCandidates() {
    for (double share : new double[] {1e-4, .06, .3, .7, .95, 1}) {
      int before = 0;
      for (int beam = 1; beam <= 10_000; beam += 7) {
        int own = new SearchWidth(1, beam).own(share);
        assertTrue(own >= before, share + ", " + beam);
        before = own;
      }
    }
  }

  @Test
  void smallSegmentsAreScanned() {
    SearchWidth width = new SearchWidth(10, 100);
    assertTrue(width.scanPays(52, 1_000, width.own(.1)));
    assertTrue(!width.scanPays(52, 100_000, width.own(1)));
    assertTrue(width.filteredScanPays(52, 100_000, 500, 100));
    assertTrue(!width.filteredScanPays(52, 100_000, 50_000, 100));
  }

  @Test
  void rejectsABeamBelowTheCandidates() {
    assertThrows(IllegalArgumentException.class, () -> new SearchWidth(11, 10));
    assertThrows(IllegalArgumentException.class, () -> new SearchWidth(0, 10));
  }
}
