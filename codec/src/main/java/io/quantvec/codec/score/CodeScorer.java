/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.code.CodeLayout;
import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.code.HalfFloats;
import io.quantvec.codec.code.VectorDecoder;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Scores stored codes against one query at a time, which may be a vector or another code. With the
 * terms f and g of {@link io.quantvec.codec.code.VectorEncoder} and the query's residual w = step *
 * T(q - c), quantized to w ~ s n with integers n,
 *
 * <pre>
 * D        = s (sum_j n_j u_j - sum_j n_j middle_j)
 * &lt;x, q&gt;   ~ f D + g + &lt;q, c&gt; - &lt;c, c&gt;
 * |x - q|^2 ~ |q - c|^2 + g - 2 f D
 * </pre>
 *
 * The last steps are in double, so that no finite vector gives NaN. Not safe for use by many
 * threads.
 */
public final class CodeScorer {

  private final CodeLayout layout;
  private final CodeSpace space;
  private final VectorSimilarityFunction similarity;
  private final RecordReader records;
  private final int recordLength;
  private final double centroidSquares;
  private final VectorDecoder decoder;
  private final QueryNumbers numbers;

  /** The query's residual and its direction in the space of codes. */
  private final float[] residual;

  private final float[] direction;
  private double queryTerm;

  /**
   * @param space what the codes mean; null for halves
   * @param records the codes that are scored
   */
  public CodeScorer(
      CodeLayout layout,
      CodeSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records) {
    this.layout = layout;
    this.space = space;
    this.similarity = similarity;
    this.records = records;
    this.recordLength = layout.recordLength();
    this.residual = new float[layout.dimension()];
    if (space == null) {
      this.direction = null;
      this.centroidSquares = 0;
      this.decoder = null;
      this.numbers = null;
    } else {
      this.direction = new float[space.dimension()];
      this.centroidSquares = dot(space.calibration().centroid(), space.calibration().centroid());
      this.decoder = new VectorDecoder(space);
      this.numbers = QueryNumbers.of(space);
    }
  }

  /**
   * Scores against a vector from here on.
   *
   * @param query of the field's dimension; left as it is
   */
  public void setQuery(float[] query) {
    float[] target = similarity == VectorSimilarityFunction.COSINE ? normalized(query) : query;
    if (space == null) {
      System.arraycopy(target, 0, residual, 0, residual.length);
      return;
    }
    Calibration calibration = space.calibration();
    double norm = Calibrator.residualDirection(target, calibration.centroid(), residual);
    calibration.transform().apply(residual, direction);
    numbers.set(direction, norm);
    queryTerm =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? norm * norm
            : dot(target, calibration.centroid()) - centroidSquares;
  }

  /**
   * Scores against another stored vector from here on.
   *
   * @param record its record
   */
  public void setQueryRecord(byte[] record) {
    if (space == null) {
      HalfFloats.decode(record, residual);
      return;
    }
    decoder.decodeDirection(record, direction);
    numbers.set(direction, decoder.factor(record));
    queryTerm =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? decoder.additive(record)
            : decoder.additive(record) - centroidSquares;
  }

  /** The score of one stored vector. */
  public float score(int ordinal) throws IOException {
    long offset = (long) ordinal * recordLength;
    if (space == null) {
      double raw =
          similarity == VectorSimilarityFunction.EUCLIDEAN
              ? records.squareDistanceHalves(residual, offset)
              : records.dotHalves(residual, offset);
      return Scores.of(similarity, raw);
    }
    double product =
        records.readFloat(offset + layout.factorOffset()) * numbers.product(records, offset);
    double additive = records.readFloat(offset + layout.additiveOffset());
    double raw =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? queryTerm + additive - 2 * product
            : queryTerm + additive + product;
    return Scores.of(similarity, raw);
  }

  /**
   * The scores of many stored vectors.
   *
   * @return the largest of them, or negative infinity for none
   */
  public float bulkScore(int[] ordinals, float[] scores, int count) throws IOException {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      scores[i] = score(ordinals[i]);
      max = Math.max(max, scores[i]);
    }
    return max;
  }

  /** Copies one stored record out. */
  public void readRecord(int ordinal, byte[] record) throws IOException {
    records.readBytes((long) ordinal * recordLength, record, recordLength);
  }

  /** A copy of unit length; zeros stay zeros. Lengths are computed in double. */
  public static float[] normalized(float[] vector) {
    double norm = Math.sqrt(dot(vector, vector));
    float[] unit = new float[vector.length];
    if (norm > 0) {
      for (int d = 0; d < vector.length; d++) {
        unit[d] = (float) (vector[d] / norm);
      }
    }
    return unit;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }
}
