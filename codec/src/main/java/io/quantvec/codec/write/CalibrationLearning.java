/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.transform.VectorMath;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Learns the calibration that a configuration needs from given vectors. */
public final class CalibrationLearning {

  /** Fewer vectors tell too little of a field for a calibration that is to stay. */
  private static final int MIN_VECTORS = 100;

  private CalibrationLearning() {}

  /**
   * Learns the static calibration of a field, as a segment would learn its own.
   *
   * @param config precision, budget, allocation, and how scales are found
   * @param similarity of the field; for cosine the calibration is learned from directions
   * @param vectors at least {@link #minVectors}, of one dimension, finite, under cosine not zero;
   *     overwritten
   * @throws IllegalArgumentException if there are too few vectors, or if codes of this precision
   *     have no calibration or choose their budget themselves
   */
  public static Calibration learn(
      QuantizationConfig config, VectorSimilarityFunction similarity, List<float[]> vectors) {
    if (config.precision() == Precision.FP16) {
      throw new IllegalArgumentException(
          "[precision: fp16] has nothing to calibrate, expected int8 or fewer bits");
    }
    if (config.precision() == Precision.AUTO) {
      throw new IllegalArgumentException(
          "[precision: auto] chooses its budget with each calibration that a segment learns, and"
              + " one that is to stay needs a budget, expected int8, int4, int2, ternary or binary,"
              + " or [bits]");
    }
    int needed = vectors.isEmpty() ? MIN_VECTORS : minVectors(config, vectors.get(0).length);
    if (vectors.size() < needed) {
      throw new IllegalArgumentException(
          "a calibration "
              + (vectors.isEmpty() ? "" : "of " + vectors.get(0).length + " dimensions ")
              + "needs at least ["
              + needed
              + "] vectors to learn from, got ["
              + vectors.size()
              + "]");
    }
    List<float[]> sample = new ArrayList<>(vectors);
    if (similarity == VectorSimilarityFunction.COSINE) {
      sample.replaceAll(VectorMath::normalized);
    }
    return learn(config, sample);
  }

  /**
   * The fewest vectors for a static calibration. A calibration with a transform needs three per
   * dimension, since no transform is learned from fewer.
   */
  public static int minVectors(QuantizationConfig config, int dimension) {
    return learnsTransform(config, dimension)
        ? Math.max(MIN_VECTORS, Calibrator.LEARNED_VECTORS_PER_DIMENSION * dimension)
        : MIN_VECTORS;
  }

  /** Whether enough vectors give a transform of so many dimensions, which takes a square matrix. */
  public static boolean learnsTransform(QuantizationConfig config, int dimension) {
    return config.precision() != Precision.INT8
        && config.allocation() == Allocation.MIXED
        && Calibrator.canLearn(dimension, Integer.MAX_VALUE);
  }

  /**
   * @param sample not empty, under cosine of unit length; overwritten
   */
  static Calibration learn(QuantizationConfig config, List<float[]> sample) {
    Calibrator calibrator =
        new Calibrator(config.calibration().method(), config.calibration().percentile());
    Calibration learned;
    if (config.precision() == Precision.INT8) {
      learned = calibrator.int8(sample);
    } else if (config.allocation() == Allocation.MIXED
        && Calibrator.canLearn(sample.get(0).length, sample.size())) {
      learned = calibrator.mixedOrUniform(config.bits(), sample);
    } else {
      learned = calibrator.uniform(config.bits(), sample);
    }
    return learned.withLearnedAt(System.currentTimeMillis());
  }
}
