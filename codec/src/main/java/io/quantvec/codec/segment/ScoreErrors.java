/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.score.QueryPrecision;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * How far the scores of a segment's codes are from those of its rerank copy. They are measured now,
 * by scoring some of the segment's vectors against others.
 *
 * <p>The vectors are evenly spaced, and so are the same at each measurement. The scores are those
 * of a query of full precision, as in a search that does not rescore, in the units of {@code
 * _score}.
 *
 * @param errors estimated minus exact score, one for each pair of vectors; empty with fewer than
 *     two vectors
 * @param meanSquareSpread mean over the queries of the variance of the exact scores; errors must be
 *     small against it for the order of hits to stay
 */
public record ScoreErrors(float[] errors, double meanSquareSpread) {

  /** Vectors that serve as queries. The transform of a query is the most costly part. */
  static final int QUERIES = 8;

  /** Vectors that are scored: with so many pairs a root mean square is stable to some percent. */
  static final int DOCUMENTS = 128;

  /**
   * Measures a segment.
   *
   * @param values not read by others at the same time
   */
  static ScoreErrors measure(QuantizedFloatVectorValues values) throws IOException {
    int size = values.size();
    int[] queries = spread(size, QUERIES);
    int[] documents = spread(size, DOCUMENTS);
    float[] errors = new float[queries.length * documents.length];
    float[] estimates = new float[documents.length];
    float[] exact = new float[documents.length];
    int count = 0;
    double spread = 0;
    for (int query : queries) {
      float[] target = values.vectorValue(query).clone();
      score(values.codeScorer(target, QueryPrecision.FULL), documents, estimates);
      score(values.copy().rerankScorer(target), documents, exact);
      spread += variance(exact) / queries.length;
      for (int i = 0; i < documents.length; i++) {
        if (documents[i] != query) {
          errors[count++] = estimates[i] - exact[i];
        }
      }
    }
    return new ScoreErrors(Arrays.copyOf(errors, count), spread);
  }

  private static int[] spread(int size, int count) {
    int[] ords = new int[Math.min(size, count)];
    for (int i = 0; i < ords.length; i++) {
      // From the middle of each part, so that queries are seldom among the documents.
      ords[i] = (int) ((2L * i + 1) * size / (2L * ords.length));
    }
    return ords;
  }

  private static void score(RandomVectorScorer scorer, int[] ords, float[] scores)
      throws IOException {
    scorer.bulkScore(ords, scores, ords.length);
  }

  private static double variance(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += value / (double) values.length;
    }
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean) / values.length;
    }
    return squares;
  }

  /** Root mean square of the errors; NaN without any. */
  public double rootMeanSquare() {
    double squares = 0;
    for (float error : errors) {
      squares += (double) error * error;
    }
    return Math.sqrt(squares / errors.length);
  }
}
