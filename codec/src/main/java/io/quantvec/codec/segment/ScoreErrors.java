/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * How far the scores of a segment's codes are from those of its finest copy: measured by scoring
 * some of its vectors against others, with what stands in the files now. Nothing is taken from what
 * was noted when they were written.
 *
 * <p>The vectors are evenly spaced and thus the same at each measurement. The scores are those of a
 * query of full precision, as of a search that does not rescore, in the units of {@code _score}.
 *
 * @param errors estimate less exact score, one a pair of vectors; empty if there are no two
 * @param meanSquareSpread mean over the queries of the variance of the exact scores: what an error
 *     has to be small against for the order of hits to stay
 */
public record ScoreErrors(float[] errors, double meanSquareSpread) {

  /** Vectors that stand for queries: each takes a transform, the most costly part of it. */
  static final int QUERIES = 8;

  /** Vectors that are scored: with so many pairs a root mean square is stable to some per cent. */
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
      score(values.codeScorer(target, null), documents, estimates);
      score(values.finestScorer(target), documents, exact);
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
