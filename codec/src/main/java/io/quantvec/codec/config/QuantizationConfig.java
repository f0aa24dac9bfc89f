/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import io.quantvec.codec.calibration.Calibration;
import java.util.Objects;

/**
 * How the vectors of one field are written. Readers do not need this configuration, because the
 * segment's files contain all that readers need.
 *
 * @param precision the precision of the codes
 * @param bits budget in bits per dimension; the precision's own budget unless the precision is
 *     {@link Precision#BITS} or {@link Precision#AUTO}. For AUTO, the budget that was chosen for a
 *     segment: {@link #MIN_BITS} to {@link #MAX_BITS}, or 8 for int8 codes; NaN if none was chosen.
 * @param allocation how a budget below 8 bits per dimension is distributed
 * @param rerank the requested kind of rerank copy, see {@link #storedCopy}; {@link
 *     RerankPrecision#NONE} if the vectors arrive as codes
 * @param calibration where the scales of the codes come from
 * @param targetRecall the minimum share of the ten nearest vectors that a scan of all codes with
 *     default rescoring finds, {@link #MIN_TARGET_RECALL} to {@link #MAX_TARGET_RECALL}; only with
 *     {@link Precision#AUTO}, otherwise NaN
 */
public record QuantizationConfig(
    Precision precision,
    double bits,
    Allocation allocation,
    RerankPrecision rerank,
    CalibrationConfig calibration,
    double targetRecall) {

  /**
   * The smallest budget. Smaller codes carry too little information to be worth their correction
   * terms.
   */
  public static final double MIN_BITS = 0.5;

  /** The largest budget. Above it, int8 codes are as small and more precise. */
  public static final double MAX_BITS = 7;

  /** Bits per dimension of int8 codes; {@link Precision#AUTO} can choose this budget as well. */
  public static final double INT8_BITS = Byte.SIZE;

  /**
   * The smallest recall target. For less, there are cheaper ways to find neighbors than comparing
   * vectors.
   */
  public static final double MIN_TARGET_RECALL = 0.5;

  /** The largest recall target. A sample cannot distinguish a larger recall from 1. */
  public static final double MAX_TARGET_RECALL = 0.999;

  /** The recall target if none is given. */
  public static final double DEFAULT_TARGET_RECALL = 0.95;

  /** int8 codes, the precision that keeps 99 % of the neighbors without rescoring. */
  public static final QuantizationConfig DEFAULT = new QuantizationConfig(Precision.INT8);

  public QuantizationConfig {
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(allocation, "allocation");
    Objects.requireNonNull(rerank, "rerank");
    Objects.requireNonNull(calibration, "calibration");
    checkTarget(precision, targetRecall, calibration);
    checkFits(precision, bits, calibration.frozen());
    if (rerank != RerankPrecision.NONE && calibration.isLossless()) {
      throw new IllegalArgumentException(
          "vectors that arrive as codes have no rerank copy, expected [rerank: none], got [rerank: "
              + rerank.label()
              + "]");
    }
    if (precision == Precision.BITS) {
      if (!(bits >= MIN_BITS && bits <= MAX_BITS)) {
        throw new IllegalArgumentException(
            "[bits] must be between " + MIN_BITS + " and " + MAX_BITS + ", got [" + bits + "]");
      }
    } else if (precision == Precision.AUTO) {
      if (!(Double.isNaN(bits) || (bits >= MIN_BITS && bits <= MAX_BITS) || bits == INT8_BITS)) {
        throw new IllegalArgumentException(
            "a chosen budget must be between "
                + MIN_BITS
                + " and "
                + MAX_BITS
                + " bits, or 8, got "
                + bits);
      }
    } else if (bits != precision.bits()) {
      throw new IllegalArgumentException(
          precision + " has a budget of " + precision.bits() + " bits, got " + bits);
    }
  }

  private static void checkTarget(
      Precision precision, double targetRecall, CalibrationConfig calibration) {
    if (precision != Precision.AUTO) {
      if (!Double.isNaN(targetRecall)) {
        throw new IllegalArgumentException(
            "[target_recall] needs [precision: auto], got [precision: " + precision.label() + "]");
      }
      return;
    }
    if (!(targetRecall >= MIN_TARGET_RECALL && targetRecall <= MAX_TARGET_RECALL)) {
      throw new IllegalArgumentException(
          "[target_recall] must be between "
              + MIN_TARGET_RECALL
              + " and "
              + MAX_TARGET_RECALL
              + ", got ["
              + targetRecall
              + "]");
    }
    if (calibration.isStatic()) {
      throw new IllegalArgumentException(
          "[precision: auto] chooses a budget whenever it learns the calibration and needs"
              + " [calibration.mode: dynamic], got a static calibration");
    }
  }

  /**
   * Checks that a static calibration fits the precision: only int8 has codes of 8 bits per
   * dimension, and codes do not exceed the budget.
   */
  private static void checkFits(Precision precision, double bits, Calibration frozen) {
    if (frozen == null) {
      return;
    }
    boolean int8 = frozen.blockSize() == 1 && frozen.codeBits() == Byte.SIZE * frozen.dimension();
    double budget = bits * frozen.dimension() + Byte.SIZE;
    if (precision == Precision.FP16
        || int8 != (precision == Precision.INT8)
        || frozen.codeBits() > budget) {
      throw new IllegalArgumentException(
          "expected a static calibration for "
              + precision.label()
              + " codes, got one with codes of "
              + frozen.codeBits()
              + " bits for "
              + frozen.dimension()
              + " dimensions");
    }
  }

  /**
   * A configuration with the default recall target if the precision needs a target.
   *
   * @param bits budget in bits per dimension; NaN for {@link Precision#AUTO}
   */
  public QuantizationConfig(
      Precision precision,
      double bits,
      Allocation allocation,
      RerankPrecision rerank,
      CalibrationConfig calibration) {
    this(precision, bits, allocation, rerank, calibration, defaultTarget(precision));
  }

  /** Codes of the given precision with a lossless rerank copy. */
  public QuantizationConfig(Precision precision) {
    this(precision, Allocation.MIXED);
  }

  /** Codes of the given precision and allocation with a lossless rerank copy. */
  public QuantizationConfig(Precision precision, Allocation allocation) {
    this(precision, precision.bits(), allocation, RerankPrecision.FP32, CalibrationConfig.DYNAMIC);
  }

  /** The default recall target of a precision; NaN if the precision has no recall target. */
  public static double defaultTarget(Precision precision) {
    return precision == Precision.AUTO ? DEFAULT_TARGET_RECALL : Double.NaN;
  }

  /**
   * Codes of an automatically chosen budget with a lossless rerank copy.
   *
   * @param targetRecall {@link #MIN_TARGET_RECALL} to {@link #MAX_TARGET_RECALL}
   */
  public static QuantizationConfig auto(double targetRecall) {
    return new QuantizationConfig(
        Precision.AUTO,
        Double.NaN,
        Allocation.MIXED,
        RerankPrecision.FP32,
        CalibrationConfig.DYNAMIC,
        targetRecall);
  }

  /** Codes of a budget in bits per dimension; a budget above {@link #MAX_BITS} means int8. */
  public static QuantizationConfig ofBits(double bits, Allocation allocation) {
    if (bits > MAX_BITS && bits <= 8) {
      return new QuantizationConfig(Precision.INT8, allocation);
    }
    return new QuantizationConfig(
        Precision.BITS, bits, allocation, RerankPrecision.FP32, CalibrationConfig.DYNAMIC);
  }

  /**
   * The kind of rerank copy that is written: {@link RerankPrecision#NONE} if the requested copy
   * would not be more precise than the codes.
   */
  public RerankPrecision storedCopy() {
    boolean morePrecise =
        switch (rerank) {
          case FP32, NONE -> true;
          case FP16 -> precision != Precision.FP16;
          case INT8 -> !(bits >= INT8_BITS);
        };
    return morePrecise ? rerank : RerankPrecision.NONE;
  }

  /** Whether codes are signed bytes, as for int8. */
  public boolean hasByteCodes() {
    return bits == INT8_BITS;
  }

  /**
   * Whether one calibration gives equal codes under both configurations. The rerank copy may
   * differ. A chosen budget may differ too, because it belongs to the calibration. But with {@link
   * Precision#AUTO}, both or neither must have a rerank copy: a budget that was chosen for rescored
   * codes is too small without rescoring, and a budget that was chosen without a rerank copy may be
   * 8 bits, which cannot have an int8 rerank copy.
   */
  public boolean makesSameCodes(QuantizationConfig other) {
    return precision == other.precision
        && (precision == Precision.AUTO
            ? (rerank == RerankPrecision.NONE) == (other.rerank == RerankPrecision.NONE)
            : Double.compare(bits, other.bits) == 0)
        && Double.compare(targetRecall, other.targetRecall) == 0
        && allocation == other.allocation
        && calibration.equals(other.calibration);
  }

  /** The same configuration with another kind of rerank copy. */
  public QuantizationConfig withRerank(RerankPrecision kind) {
    return new QuantizationConfig(precision, bits, allocation, kind, calibration, targetRecall);
  }

  /** The same configuration with another source of calibrations. */
  public QuantizationConfig withCalibration(CalibrationConfig source) {
    return new QuantizationConfig(precision, bits, allocation, rerank, source, targetRecall);
  }

  /**
   * The same configuration with a chosen budget.
   *
   * @param chosen bits per dimension; NaN for none
   */
  public QuantizationConfig withChosenBits(double chosen) {
    return new QuantizationConfig(precision, chosen, allocation, rerank, calibration, targetRecall);
  }
}
