/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeDecoder;
import java.util.Arrays;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * Scores codes like a query of {@link QueryPrecision#EXACT}, but decodes every code only once for
 * all queries.
 */
public final class DecodedCodes {

  private final CalibratedSpace space;
  private final VectorSimilarityFunction similarity;
  private final float[][] directions;
  private final double[] factors;
  private final double[] additives;

  /**
   * @param records contiguous codes with their terms
   */
  public DecodedCodes(CalibratedSpace space, VectorSimilarityFunction similarity, byte[] records) {
    CodeDecoder decoder = new CodeDecoder(space);
    int length = space.layout().recordLength();
    this.space = space;
    this.similarity = similarity;
    this.directions = new float[records.length / length][space.dimension()];
    this.factors = new double[directions.length];
    this.additives = new double[directions.length];
    for (int i = 0; i < directions.length; i++) {
      byte[] record = Arrays.copyOfRange(records, i * length, (i + 1) * length);
      decoder.decodeDirection(record, directions[i]);
      factors[i] = decoder.rescale(record);
      additives[i] = decoder.additive(record);
    }
  }

  /** The score of every code. */
  public float[] scores(float[] query) {
    TransformedQuery transformed = TransformedQuery.of(space.calibration(), query, similarity);
    float[] scores = new float[directions.length];
    for (int i = 0; i < scores.length; i++) {
      double product =
          factors[i]
              * transformed.length()
              * VectorUtil.dotProduct(transformed.direction(), directions[i]);
      double raw =
          similarity == VectorSimilarityFunction.EUCLIDEAN
              ? transformed.term() + additives[i] - 2 * product
              : transformed.term() + transformed.lambda() * additives[i] + product;
      scores[i] = Scores.of(similarity, raw);
    }
    return scores;
  }
}
