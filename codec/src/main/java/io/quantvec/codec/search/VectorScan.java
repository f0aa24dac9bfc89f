/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.io.IOException;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;

/** Scores vectors in batches and checks the timeout between batches. */
public final class VectorScan {

  /** Receives scores. */
  @FunctionalInterface
  public interface Sink {
    void accept(int doc, float score) throws IOException;
  }

  private VectorScan() {}

  /**
   * Scores documents.
   *
   * @param scorer scores a segment's vectors
   * @param docs the documents to score, of which those without a vector are skipped; null for all
   * @param timeout timeout of the scan; null for none
   * @param sink receives the scores
   * @return false if the timeout ended the scan
   */
  public static boolean run(
      VectorScorer scorer, DocIdSetIterator docs, QueryTimeout timeout, Sink sink)
      throws IOException {
    VectorScorer.Bulk bulk = scorer.bulk(docs);
    DocAndFloatFeatureBuffer buffer = new DocAndFloatFeatureBuffer();
    while (true) {
      if (timeout != null && timeout.shouldExit()) {
        return false;
      }
      bulk.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer);
      if (buffer.size == 0) {
        return true;
      }
      for (int i = 0; i < buffer.size; i++) {
        sink.accept(buffer.docs[i], buffer.features[i]);
      }
    }
  }
}
