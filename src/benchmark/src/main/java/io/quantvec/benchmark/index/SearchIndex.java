/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import java.io.Closeable;
import java.nio.file.Path;

/** An index that was built and is open. */
public interface SearchIndex extends Closeable {

  /** What it took to build. */
  IndexCost cost();

  /** Where its files are, and none but its own. */
  Path folder();

  /** Bytes of it that a search reads from the heap instead of from mapped files. */
  long heapBytes();
}
