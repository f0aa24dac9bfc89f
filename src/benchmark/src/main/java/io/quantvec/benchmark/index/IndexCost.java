/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import java.io.IOException;
import java.util.Locale;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.Directory;

/**
 * Time and disk space of an index.
 *
 * @param indexSeconds seconds from the first vector until all vectors are flushed, on one thread
 * @param mergeSeconds seconds of the merge into one segment
 * @param codes bytes of the codes that a graph search compares with the query
 * @param graph bytes of the graph's links
 * @param rerank bytes of the vectors that only rescoring reads
 * @param rest bytes of all other files
 */
public record IndexCost(
    double indexSeconds, double mergeSeconds, long codes, long graph, long rerank, long rest) {

  /**
   * Returns the cost of a Lucene index.
   *
   * @param hasCodes whether the graph compares codes, so that only rescoring reads floats
   */
  public static IndexCost of(
      Directory directory, double indexSeconds, double mergeSeconds, boolean hasCodes)
      throws IOException {
    long codes = 0;
    long graph = 0;
    long rerank = 0;
    long rest = 0;
    for (String file : directory.listAll()) {
      long bytes = directory.fileLength(file);
      switch (String.valueOf(IndexFileNames.getExtension(file)).toLowerCase(Locale.ROOT)) {
        case "veq", "qvc" -> codes += bytes;
        case "vex" -> graph += bytes;
        case "qvr" -> rerank += bytes;
        case "vec" -> {
          codes += hasCodes ? 0 : bytes;
          rerank += hasCodes ? bytes : 0;
        }
        default -> rest += bytes;
      }
    }
    return new IndexCost(indexSeconds, mergeSeconds, codes, graph, rerank, rest);
  }

  /** Returns the seconds until the index is one searchable segment. */
  public double seconds() {
    return indexSeconds + mergeSeconds;
  }

  /** Returns the bytes on disk. */
  public long bytes() {
    return codes + graph + rerank + rest;
  }
}
