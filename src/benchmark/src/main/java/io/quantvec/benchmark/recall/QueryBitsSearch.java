/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.index.FlatIndex;
import io.quantvec.codec.score.QueryRounding;
import io.quantvec.codec.segment.QuantizedVectorValues;
import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;

/** Searches Quantvec's codes exhaustively with queries that are rounded in a given way. */
final class QueryBitsSearch {

  private QueryBitsSearch() {}

  /** Returns whether queries can be rounded: the codes are Quantvec's and not half floats. */
  static boolean applies(LeafReader leaf) throws IOException {
    return leaf.getFloatVectorValues(FlatIndex.FIELD) instanceof QuantizedVectorValues values
        && values.quantization().calibration() != null;
  }

  /**
   * Returns the best documents, best first. Any number of threads may call this.
   *
   * @param leaf a leaf to which this {@link #applies}
   */
  static ScoreDoc[] search(LeafReader leaf, float[] query, QueryRounding rounding, int k)
      throws IOException {
    var values = (QuantizedVectorValues) leaf.getFloatVectorValues(FlatIndex.FIELD);
    VectorScorer.Bulk scorer = values.scorer(query, rounding).bulk(null);
    TopKnnCollector collector = new TopKnnCollector(k, Integer.MAX_VALUE);
    DocAndFloatFeatureBuffer batch = new DocAndFloatFeatureBuffer();
    while (true) {
      float best = scorer.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, batch);
      if (batch.size == 0) {
        return collector.topDocs().scoreDocs;
      }
      if (best >= collector.minCompetitiveSimilarity()) {
        for (int i = 0; i < batch.size; i++) {
          collector.collect(batch.docs[i], batch.features[i]);
        }
      }
    }
  }
}
