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

/** The vectors of one segment that a search may return. Not thread-safe. */
public interface SearchedVectors {

  /** Number of vectors in the segment, including deleted ones. */
  int size() throws IOException;

  /** Bytes per vector that a scan reads; 0 if unknown. */
  int codeBytes();

  /** Whether there is a graph and the search may use it. */
  boolean hasGraph() throws IOException;

  /** Whether a filter restricts the hits. The cost of {@link #accepted} is then exact. */
  boolean isFiltered();

  /**
   * The documents that may be hits.
   *
   * @return null if there is no such document
   */
  AcceptDocs accepted() throws IOException;

  /** The parents of nested documents; null if vectors are not nested. */
  BitSet parents() throws IOException;

  /** The strategy that a collector passes to the reader. */
  KnnSearchStrategy strategy();

  /** The timeout of the search; null for none. */
  QueryTimeout timeout();

  /**
   * Searches the graph to the end, or starts a search that can be paused: see {@link
   * SegmentCollector#pause}.
   */
  void searchGraph(KnnCollector collector, AcceptDocs accepted) throws IOException;

  /**
   * Continues the search that {@link #searchGraph} started.
   *
   * @param collector the collector of that search
   * @param visits number of vectors to score before the search pauses again
   * @return whether the search is over
   */
  boolean advance(SegmentCollector collector, long visits) throws IOException;

  /** Whether codes are binary, so that a scan rejects most of them in its first pass. */
  boolean codesAreBits();

  /**
   * Scores the codes of documents. The scan may skip codes that the collector would reject.
   *
   * @param accepted the documents; documents without a vector are skipped
   * @param collector receives the scores
   * @return false if a timeout ended the scan
   */
  boolean scan(AcceptDocs accepted, KnnCollector collector) throws IOException;
}
