/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.index.IndexCost;
import java.nio.file.Path;

/**
 * An index and how it is searched.
 *
 * @param format the format of the index
 * @param folder the folder of the index
 * @param cost time and disk space of the index
 * @param ef the smallest ef that reaches the recall
 * @param recall recall at that ef
 */
record MemoryRow(MemoryFormat format, Path folder, IndexCost cost, int ef, double recall) {

  /** Returns the bytes of the files that every search reads. */
  long hotBytes() {
    return cost.codes() + cost.graph();
  }
}
