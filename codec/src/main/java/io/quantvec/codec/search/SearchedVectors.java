/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.io.IOException;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.BitSet;

/**
 * The vectors of one segment that may be hits, as a search meets them. For one thread at a time.
 */
public interface SearchedVectors {

  /** Vectors of the segment, deleted ones included; 0 for none. */
  int size() throws IOException;

  /** Bytes that a scan reads per vector; 0 if unknown. */
  int codeBytes();

  /** Whether there is a graph, and it is to be used. */
  boolean hasGraph() throws IOException;

  /** Whether only some documents may be hits, so that the cost of {@link #accepted} is exact. */
  boolean isFiltered();

  /**
   * The documents that may be hits.
   *
   * @return null if no document may
   */
  AcceptDocs accepted() throws IOException;

  /** The parents of nested documents; null if each vector counts for itself. */
  BitSet parents() throws IOException;

  /** What a collector tells the reader about the search. */
  KnnSearchStrategy strategy();

  /** When to stop; null for never. */
  QueryTimeout timeout();

  /** Searches the graph, or begins to: see {@link SegmentCollector#pause}. */
  void searchGraph(KnnCollector collector, AcceptDocs accepted) throws IOException;

  /**
   * Goes on with the walk through the graph that {@link #searchGraph} began.
   *
   * @param collector whose walk it is
   * @param visits vectors to score before it pauses again
   * @return whether the walk is over
   */
  boolean advance(SegmentCollector collector, long visits) throws IOException;

  /** Whether codes are bits, most of which a scan leaves behind after a first look. */
  boolean codesAreBits();

  /**
   * Scores the codes of documents, or at least of all that the collector would take.
   *
   * @param accepted the documents; those without a vector are passed over
   * @param collector receives the scores
   * @return false if the time was over before the end
   */
  boolean scan(AcceptDocs accepted, KnnCollector collector) throws IOException;
}
