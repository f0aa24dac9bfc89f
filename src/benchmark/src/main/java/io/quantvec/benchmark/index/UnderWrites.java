/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import java.io.IOException;

/**
 * Searches on one thread while another thread changes the index. Afterwards the index is as before.
 */
@FunctionalInterface
public interface UnderWrites {

  /**
   * Measures queries per second.
   *
   * @param queries searched in order, over and over
   * @param ef as in {@link Searcher#search}
   * @param seconds the time to search
   */
  double queriesPerSecond(float[][] queries, int ef, double seconds) throws IOException;
}
