/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import java.io.Closeable;
import java.nio.file.Path;

/** An open index. */
public interface SearchIndex extends Closeable {

  /** Returns the time and disk space that the index took. */
  IndexCost cost();

  /** Returns the folder of the index, which holds no other files. */
  Path folder();

  /** Returns the bytes that a search reads from the heap and not from mapped files. */
  long heapBytes();
}
