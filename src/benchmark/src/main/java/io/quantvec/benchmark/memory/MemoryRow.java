/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.index.IndexCost;
import java.nio.file.Path;

/**
 * An index that was built, and how it is searched.
 *
 * @param folder of the index
 * @param cost what it takes on disk
 * @param ef the fewest candidates that reach the recall
 * @param recall with so many
 */
record MemoryRow(MemoryFormat format, Path folder, IndexCost cost, int ef, double recall) {

  /** Bytes that every search reads of. */
  long hotBytes() {
    return cost.codes() + cost.graph();
  }
}
