/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import io.quantvec.codec.calibration.Calibration;
import java.util.Objects;

/**
 * How one field's vectors are written. A reader needs none of it: everything it must know stands in
 * the segment's files.
 *
 * @param precision the precision of the codes
 * @param bits budget in bits a dimension; the precision's own unless that is {@link Precision#BITS}
 *     or {@link Precision#AUTO}. Of the latter it is what was chosen for a segment, from {@link
 *     #MIN_BITS} to {@link #MAX_BITS}, or 8 for codes as those of int8; NaN if nothing was chosen.
 * @param allocation how a budget below 8 bits is shared out
 * @param rerank the kind of the finer copy that is asked for, see {@link #storedCopy}; {@link
 *     RerankPrecision#NONE} where the vectors arrive as codes
 * @param calibration where the codes' scales come from
 * @param targetRecall the share of the ten nearest vectors that a search finds at least which
 *     compares all codes and rescores by default, {@link #MIN_TARGET_RECALL} to {@link
 *     #MAX_TARGET_RECALL}; only with {@link Precision#AUTO}, otherwise NaN
 */
public record QuantizationConfig(
    Precision precision,
    double bits,
    Allocation allocation,
    RerankPrecision rerank,
    CalibrationConfig calibration,
    double targetRecall) {

  /** The smallest budget: below it a code says too little to be worth its correction terms. */
  public static final double MIN_BITS = 0.5;

  /** The largest budget; above it int8 is better, and as small. */
  public static final double MAX_BITS = 7;

  /** Bits a dimension of int8 codes, which a chosen budget can be, too. */
  public static final double INT8_BITS = Byte.SIZE;

  /** Below this there are cheaper ways to find neighbours than to compare vectors. */
  public static final double MIN_TARGET_RECALL = 0.5;

  /** A sample cannot tell more than this from all. */
  public static final double MAX_TARGET_RECALL = 0.999;

  /** What is aimed at where nothing is said. */
  public static final double DEFAULT_TARGET_RECALL = 0.95;

  /** int8 codes: the precision that needs no rescoring to keep 99 % of the neighbours. */
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
          "vectors that arrive as codes have no finer copy, expected [rerank: none], got [rerank: "
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
          "[precision: auto] chooses its budget whenever it learns a calibration, and needs"
              + " [calibration.mode: dynamic], got a static calibration");
    }
  }

  /** Codes of 8 bits a dimension are int8's and no others', and a budget is not exceeded. */
  private static void checkFits(Precision precision, double bits, Calibration frozen) {
    if (frozen == null) {
      return;
    }
    boolean signed = frozen.blockSize() == 1 && frozen.codeBits() == Byte.SIZE * frozen.dimension();
    double budget = bits * frozen.dimension() + Byte.SIZE;
    if (precision == Precision.FP16
        || signed != (precision == Precision.INT8)
        || frozen.codeBits() > budget) {
      throw new IllegalArgumentException(
          "a static calibration for "
              + precision.label()
              + " codes was expected, got one of "
              + frozen.codeBits()
              + " bits for "
              + frozen.dimension()
              + " dimensions");
    }
  }

  /**
   * A configuration with the default target, where the precision needs one.
   *
   * @param bits budget in bits a dimension; NaN for {@link Precision#AUTO}
   */
  public QuantizationConfig(
      Precision precision,
      double bits,
      Allocation allocation,
      RerankPrecision rerank,
      CalibrationConfig calibration) {
    this(precision, bits, allocation, rerank, calibration, defaultTarget(precision));
  }

  /** Codes of the given precision with a copy that loses nothing. */
  public QuantizationConfig(Precision precision) {
    this(precision, Allocation.MIXED);
  }

  /** Codes of the given precision and allocation with a copy that loses nothing. */
  public QuantizationConfig(Precision precision, Allocation allocation) {
    this(precision, precision.bits(), allocation, RerankPrecision.FP32, CalibrationConfig.DYNAMIC);
  }

  /** What a precision aims at where nothing is said; NaN if it does not aim at a recall. */
  public static double defaultTarget(Precision precision) {
    return precision == Precision.AUTO ? DEFAULT_TARGET_RECALL : Double.NaN;
  }

  /**
   * Codes of a budget that is chosen, with a copy that loses nothing.
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

  /** Codes of a budget in bits a dimension; above {@link #MAX_BITS} that means int8. */
  public static QuantizationConfig ofBits(double bits, Allocation allocation) {
    if (bits > MAX_BITS && bits <= 8) {
      return new QuantizationConfig(Precision.INT8, allocation);
    }
    return new QuantizationConfig(
        Precision.BITS, bits, allocation, RerankPrecision.FP32, CalibrationConfig.DYNAMIC);
  }

  /**
   * The kind of the copy that is written: {@link RerankPrecision#NONE} in place of one that would
   * be no finer than the codes.
   */
  public RerankPrecision storedCopy() {
    boolean finer =
        switch (rerank) {
          case FP32, NONE -> true;
          case FP16 -> precision != Precision.FP16;
          case INT8 -> !(bits >= INT8_BITS);
        };
    return finer ? rerank : RerankPrecision.NONE;
  }

  /** Whether codes are signed bytes, as those of int8 are. */
  public boolean hasByteCodes() {
    return bits == INT8_BITS;
  }

  /**
   * Whether codes of one calibration are the same under both: the rerank copy may differ, and so
   * may a budget that was chosen, for that goes with the calibration. But one that was chosen for
   * codes that are rescored is too small for others, and one for others may be that of bytes, which
   * have no finer copy of bytes.
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

  /** The same with another kind of finer copy. */
  public QuantizationConfig withRerank(RerankPrecision kind) {
    return new QuantizationConfig(precision, bits, allocation, kind, calibration, targetRecall);
  }

  /** The same with calibrations from elsewhere. */
  public QuantizationConfig withCalibration(CalibrationConfig source) {
    return new QuantizationConfig(precision, bits, allocation, rerank, source, targetRecall);
  }

  /**
   * The same with a budget that was chosen.
   *
   * @param chosen bits a dimension; NaN for none
   */
  public QuantizationConfig withChosenBits(double chosen) {
    return new QuantizationConfig(precision, chosen, allocation, rerank, calibration, targetRecall);
  }
}
