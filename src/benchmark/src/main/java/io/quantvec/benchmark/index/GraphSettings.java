/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

/** Parameters that all graphs of the benchmarks share, so that rows differ by their codes alone. */
public final class GraphSettings {

  /** Connections of a node above the lowest layer, which has twice as many; Lucene's default. */
  public static final int M = 16;

  /** Candidates kept while a node is inserted; Lucene's default. */
  public static final int EF_CONSTRUCTION = 100;

  private GraphSettings() {}
}
