/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.transform.VectorMath;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * A query q in the space of one calibration's codes, with the centroid c and the transform T. An
 * inner product is split at a multiple of the centroid: &lt;x, q&gt; = &lt;x - c, q - lambda c&gt;
 * + lambda &lt;x, c&gt; + &lt;c, q&gt; - lambda &lt;c, c&gt; holds for every lambda. With lambda =
 * &lt;q, c&gt; / &lt;c, c&gt; the part of the code is as small as possible: where vectors are long
 * and the query is not, q - c would be mostly centroid. For distances, lambda must be 1.
 *
 * @param direction T(q - lambda c) / |q - lambda c|
 * @param length |q - lambda c|
 * @param lambda the weight of a record's additive term
 * @param term the part of a score that is the same for all records: |q - c|^2 for Euclidean
 *     distance, otherwise &lt;q, c&gt; - lambda &lt;c, c&gt;
 * @param cache the numbers of the query, which segments share
 */
record TransformedQuery(
    float[] direction, double length, double lambda, double term, NumbersCache cache) {

  /**
   * The query as numbers, shared with segments that have the same kind of codes.
   *
   * @param space of the calibration that transformed the query
   */
  QueryNumbers numbers(CalibratedSpace space, QueryRounding rounding) {
    return cache.get(space, rounding, this);
  }

  static TransformedQuery of(
      Calibration calibration, float[] query, VectorSimilarityFunction similarity) {
    boolean euclidean = similarity == VectorSimilarityFunction.EUCLIDEAN;
    float[] target =
        similarity == VectorSimilarityFunction.COSINE ? VectorMath.normalized(query) : query;
    float[] centroid = calibration.centroid();
    double ownProduct = VectorMath.dot(centroid, centroid);
    double product = VectorMath.dot(target, centroid);
    double lambda = euclidean || ownProduct < Float.MIN_NORMAL ? 1 : product / ownProduct;
    double[] residual = new double[target.length];
    double squares = 0;
    for (int d = 0; d < residual.length; d++) {
      residual[d] = target[d] - lambda * centroid[d];
      squares += residual[d] * residual[d];
    }
    double length = Math.sqrt(squares);
    float[] unit = new float[residual.length];
    for (int d = 0; d < unit.length; d++) {
      // In double: the residual of two huge floats may be no float.
      unit[d] = length == 0 ? 0 : (float) (residual[d] / length);
    }
    float[] direction = new float[calibration.codeDimension()];
    calibration.transform().apply(unit, direction);
    double term = euclidean ? squares : product - lambda * ownProduct;
    return new TransformedQuery(direction, length, lambda, term, new NumbersCache());
  }
}
