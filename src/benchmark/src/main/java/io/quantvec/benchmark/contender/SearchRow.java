/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.contender;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.SearchIndex;
import io.quantvec.benchmark.index.Searcher;
import io.quantvec.benchmark.index.UnderWrites;
import java.io.IOException;

/**
 * One index and one way to search it.
 *
 * @param name what the row is called
 * @param family which rows it is compared with
 * @param data what the index was given, in the form in which it was given
 * @param index may be another row's too
 * @param searchers makes a searcher for a thread
 * @param underWrites how it is searched while it changes; null if it cannot change
 */
public record SearchRow(
    String name,
    Family family,
    DataSet data,
    SearchIndex index,
    Searchers searchers,
    UnderWrites underWrites) {

  /** Whose index it is. */
  public enum Family {
    /** Ours. */
    QUANTVEC,
    /** Lucene's quantized formats. */
    LUCENE_QUANTIZED,
    /** Lucene's graph over floats. */
    LUCENE_FP32,
    /** JVector's own indexes. */
    JVECTOR
  }

  /** Makes searchers. */
  @FunctionalInterface
  public interface Searchers {
    /** A searcher for the calling thread alone. */
    Searcher open() throws IOException;
  }
}
