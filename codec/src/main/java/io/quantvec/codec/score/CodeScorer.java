/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.code.CodeLayout;
import io.quantvec.codec.code.HalfFloats;
import io.quantvec.codec.code.VectorDecoder;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Scores stored codes against one query at a time, which may be a vector or another code. With the
 * terms f and g of {@link io.quantvec.codec.code.VectorEncoder} and the query's residual w = step *
 * T(q - c), quantized to w ~ s n with integers n,
 *
 * <pre>
 * D        = s (sum_j n_j u_j - middle * sum_j n_j)
 * &lt;x, q&gt;   ~ f D + g + &lt;q, c&gt; - &lt;c, c&gt;
 * |x - q|^2 ~ |q - c|^2 + g - 2 f D
 * </pre>
 *
 * The last steps are in double, so that no finite vector gives NaN. Not safe for use by many
 * threads.
 */
public final class CodeScorer {

  /** Largest magnitude of a query number against bits: 4 planes of two's complement. */
  private static final int BIT_QUERY_MAX = 7;

  private static final int BIT_QUERY_PLANES = 4;

  /** Largest magnitude of a query number against nibbles and bytes, as the kernels require. */
  private static final int NUMBER_MAX = 127;

  private final CodeLayout layout;
  private final Calibration calibration;
  private final VectorSimilarityFunction similarity;
  private final RecordReader records;
  private final int recordLength;
  private final float[] steps;
  private final double centroidSquares;
  private final VectorDecoder decoder;

  /** The query in the transformed space, then weighted by the steps; against halves, itself. */
  private final float[] weights;

  private final short[] numbers;
  private final long[] planes;
  private final int words;
  private double scale;
  private double shift;
  private double queryTerm;

  /**
   * @param calibration null for halves
   * @param records the codes that are scored
   */
  public CodeScorer(
      CodeLayout layout,
      Calibration calibration,
      VectorSimilarityFunction similarity,
      RecordReader records) {
    int dimension = layout.dimension();
    this.layout = layout;
    this.calibration = calibration;
    this.similarity = similarity;
    this.records = records;
    this.recordLength = layout.recordLength();
    this.weights = new float[dimension];
    this.words = (dimension + Long.SIZE - 1) / Long.SIZE;
    this.planes = layout.kind() == CodeLayout.Kind.BITS ? new long[BIT_QUERY_PLANES * words] : null;
    this.numbers =
        switch (layout.kind()) {
          case HALVES -> null;
          case NIBBLES -> new short[2 * layout.codeLength()];
          case BYTES, BITS -> new short[dimension];
        };
    if (calibration == null) {
      this.steps = null;
      this.centroidSquares = 0;
      this.decoder = null;
    } else {
      this.steps = calibration.stepsPerDimension();
      this.centroidSquares = dot(calibration.centroid(), calibration.centroid());
      this.decoder = new VectorDecoder(layout, calibration);
    }
  }

  /**
   * Scores against a vector from here on.
   *
   * @param query of the field's dimension; left as it is
   */
  public void setQuery(float[] query) {
    float[] target = similarity == VectorSimilarityFunction.COSINE ? normalized(query) : query;
    if (calibration == null) {
      System.arraycopy(target, 0, weights, 0, weights.length);
      return;
    }
    double norm =
        Calibrator.residualDirection(
            target, calibration.centroid(), calibration.transform(), weights);
    for (int d = 0; d < weights.length; d++) {
      weights[d] *= steps[d];
    }
    quantize(norm);
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
    if (calibration == null) {
      HalfFloats.decode(record, weights);
      return;
    }
    decoder.decodeDirection(record, weights);
    for (int d = 0; d < weights.length; d++) {
      weights[d] *= steps[d];
    }
    quantize(decoder.factor(record));
    queryTerm =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? decoder.additive(record)
            : decoder.additive(record) - centroidSquares;
  }

  /** Fills the query's integers from the weights, which are still to be multiplied by a length. */
  private void quantize(double length) {
    float max = 0;
    for (float weight : weights) {
      max = Math.max(max, Math.abs(weight));
    }
    boolean bits = layout.kind() == CodeLayout.Kind.BITS;
    int levels = bits ? BIT_QUERY_MAX : NUMBER_MAX;
    long sum = 0;
    for (int d = 0; d < weights.length; d++) {
      // In double: a subnormal maximum has no reciprocal in float.
      int number = max == 0 ? 0 : (int) Math.rint((double) weights[d] / max * levels);
      numbers[d] = (short) number;
      sum += number;
    }
    scale = length * max / levels;
    shift = layout.middle() * sum;
    if (bits) {
      spreadPlanes();
    }
  }

  private void spreadPlanes() {
    Arrays.fill(planes, 0);
    for (int d = 0; d < weights.length; d++) {
      int word = d / Long.SIZE;
      for (int plane = 0; plane < BIT_QUERY_PLANES; plane++) {
        planes[plane * words + word] |= (numbers[d] >>> plane & 1L) << (d % Long.SIZE);
      }
    }
  }

  /** The score of one stored vector. */
  public float score(int ordinal) throws IOException {
    long offset = (long) ordinal * recordLength;
    if (calibration == null) {
      double raw =
          similarity == VectorSimilarityFunction.EUCLIDEAN
              ? records.squareDistanceHalves(weights, offset)
              : records.dotHalves(weights, offset);
      return Scores.of(similarity, raw);
    }
    int codeLength = layout.codeLength();
    int dot =
        switch (layout.kind()) {
          case BYTES -> records.dotBytes(numbers, offset, codeLength);
          case NIBBLES -> records.dotNibbles(numbers, offset, codeLength);
          case BITS -> records.dotBits(planes, BIT_QUERY_PLANES, offset, words);
          case HALVES -> throw new IllegalStateException("halves have no calibration");
        };
    double product = records.readFloat(offset + layout.factorOffset()) * (scale * (dot - shift));
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
