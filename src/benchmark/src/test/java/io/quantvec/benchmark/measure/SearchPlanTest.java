/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.benchmark.contender.Contenders;
import org.junit.jupiter.api.Test;

class SearchPlanTest {

  @Test
  void noLimitMeasuresEverything() {
    for (String word : new String[] {"0", "all", "ALL"}) {
      SearchPlan plan = SearchPlan.of(word, 2, 100);
      assertTrue(plan.complete());
      assertTrue(plan.includes("lucene 2 bit"));
      assertEquals(Integer.MAX_VALUE, plan.vectors());
    }
  }

  @Test
  void lessTimeAndLongerVectorsMeanFewerVectors() {
    SearchPlan plan = SearchPlan.of("10", 2, 100);
    assertFalse(plan.includes("lucene 2 bit"));
    assertTrue(plan.includes("quantvec int4"));
    assertTrue(plan.seconds() < 300);
    assertTrue(SearchPlan.of("10", 2, 400).vectors() < plan.vectors());
    assertTrue(SearchPlan.of("5", 2, 100).vectors() < plan.vectors());
    assertTrue(SearchPlan.of("10", 4, 100).vectors() < plan.vectors());
  }

  @Test
  void everyRowOfTheShortListExists() {
    assertTrue(
        Contenders.all().stream()
            .flatMap(contender -> contender.rowNames().stream())
            .toList()
            .containsAll(Contenders.SHORT_LIST));
  }

  @Test
  void timeIsNotNegative() {
    assertThrows(IllegalArgumentException.class, () -> SearchPlan.of("-1", 1, 1));
  }
}
