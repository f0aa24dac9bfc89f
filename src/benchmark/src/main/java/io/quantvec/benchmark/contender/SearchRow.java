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
 * @param name the name of the row
 * @param family the rows with which this row is compared
 * @param data the data set as the index got it, maybe as unit vectors
 * @param index the index, which rows may share
 * @param searchers opens one searcher per thread
 * @param underWrites searches the index while it changes; null if the index cannot change
 */
public record SearchRow(
    String name,
    Family family,
    DataSet data,
    SearchIndex index,
    Searchers searchers,
    UnderWrites underWrites) {

  /** The library and the kind of an index. */
  public enum Family {
    /** Quantvec. */
    QUANTVEC,
    /** Lucene's quantized formats. */
    LUCENE_QUANTIZED,
    /** Lucene's graph over floats. */
    LUCENE_FP32,
    /** JVector. */
    JVECTOR
  }

  /** Opens searchers. */
  @FunctionalInterface
  public interface Searchers {
    /** Opens one searcher for the calling thread only. */
    Searcher open() throws IOException;
  }
}
