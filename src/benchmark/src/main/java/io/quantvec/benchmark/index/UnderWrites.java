/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import java.io.IOException;

/** Searches on one thread while another changes the index, which is afterwards as it was. */
@FunctionalInterface
public interface UnderWrites {

  /**
   * Queries a second.
   *
   * @param queries searched for one after the other, again and again
   * @param ef as of {@link Searcher#search}
   * @param seconds how long
   */
  double queriesPerSecond(float[][] queries, int ef, double seconds) throws IOException;
}
