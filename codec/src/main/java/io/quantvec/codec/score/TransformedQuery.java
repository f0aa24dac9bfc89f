/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * A query in the space of one calibration's codes.
 *
 * @param direction T(q - c) / |q - c|
 * @param length |q - c|
 * @param term what a score adds for the query: |q - c|^2 for Euclidean distance, else &lt;q, c&gt;
 *     - &lt;c, c&gt;
 */
record TransformedQuery(float[] direction, double length, double term) {

  static TransformedQuery of(
      Calibration calibration, float[] query, VectorSimilarityFunction similarity) {
    float[] target =
        similarity == VectorSimilarityFunction.COSINE ? CodeScorer.normalized(query) : query;
    float[] centroid = calibration.centroid();
    float[] residual = new float[target.length];
    double norm = Calibrator.residualDirection(target, centroid, residual);
    float[] direction = new float[calibration.codeDimension()];
    calibration.transform().apply(residual, direction);
    double term =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? norm * norm
            : CodeScorer.dot(target, centroid) - CodeScorer.dot(centroid, centroid);
    return new TransformedQuery(direction, norm, term);
  }
}
