/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import io.quantvec.benchmark.data.DataSet;
import java.io.Closeable;
import java.io.IOException;

/** Searches the index of a row, on one thread. */
public interface Searcher extends Closeable {

  /**
   * Returns the ids of {@link DataSet#K} vectors, best first.
   *
   * @param query of the data set's dimension
   * @param ef candidates that the graph search keeps, at least {@link DataSet#K}
   */
  int[] search(float[] query, int ef) throws IOException;

  @Override
  default void close() throws IOException {}
}
