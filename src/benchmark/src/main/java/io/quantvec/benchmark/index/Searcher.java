/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import io.quantvec.benchmark.data.DataSet;
import java.io.Closeable;
import java.io.IOException;

/** A row's way to search its index, for one thread. */
public interface Searcher extends Closeable {

  /**
   * The ids of the {@link DataSet#K} vectors found, the best first.
   *
   * @param query of the data's dimension
   * @param ef candidates that the walk through the graph keeps, at least {@link DataSet#K}
   */
  int[] search(float[] query, int ef) throws IOException;

  @Override
  default void close() throws IOException {}
}
