/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import java.util.Objects;

/**
 * How one field's vectors are written. A reader needs none of it: everything it must know stands in
 * the segment's files.
 *
 * @param precision the precision of the codes
 * @param bits budget in bits a dimension; the precision's own unless that is {@link Precision#BITS}
 * @param allocation how a budget below 8 bits is shared out
 * @param rerank the kind of the finer copy that is asked for, see {@link #storedCopy}; {@link
 *     RerankPrecision#NONE} where the vectors arrive as codes
 * @param calibration where the codes' scales come from
 */
public record QuantizationConfig(
    Precision precision,
    double bits,
    Allocation allocation,
    RerankPrecision rerank,
    CalibrationConfig calibration) {

  /** The smallest budget: below it a code says too little to be worth its correction terms. */
  public static final double MIN_BITS = 0.5;

  /** The largest budget; above it int8 is better, and as small. */
  public static final double MAX_BITS = 7;

  /** int8 codes: the precision that needs no rescoring to keep 99 % of the neighbours. */
  public static final QuantizationConfig DEFAULT = new QuantizationConfig(Precision.INT8);

  public QuantizationConfig {
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(allocation, "allocation");
    Objects.requireNonNull(rerank, "rerank");
    Objects.requireNonNull(calibration, "calibration");
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
    } else if (bits != precision.bits()) {
      throw new IllegalArgumentException(
          precision + " has a budget of " + precision.bits() + " bits, got " + bits);
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

  /** Codes of the given precision with a copy that loses nothing. */
  public QuantizationConfig(Precision precision) {
    this(precision, Allocation.MIXED);
  }

  /** Codes of the given precision and allocation with a copy that loses nothing. */
  public QuantizationConfig(Precision precision, Allocation allocation) {
    this(precision, precision.bits(), allocation, RerankPrecision.FP32, CalibrationConfig.DYNAMIC);
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
          case INT8 -> precision != Precision.FP16 && precision != Precision.INT8;
        };
    return finer ? rerank : RerankPrecision.NONE;
  }

  /** Whether codes of one calibration are the same under both: the rerank copy may differ. */
  boolean makesSameCodes(QuantizationConfig other) {
    return precision == other.precision
        && Double.compare(bits, other.bits) == 0
        && allocation == other.allocation
        && calibration.equals(other.calibration);
  }

  /** The same with another kind of finer copy. */
  public QuantizationConfig withRerank(RerankPrecision kind) {
    return new QuantizationConfig(precision, bits, allocation, kind, calibration);
  }

  /** The same with calibrations from elsewhere. */
  public QuantizationConfig withCalibration(CalibrationConfig source) {
    return new QuantizationConfig(precision, bits, allocation, rerank, source);
  }
}
