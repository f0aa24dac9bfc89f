/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.util.Objects;

/**
 * How one field's vectors are written. A reader needs none of it: everything it must know stands in
 * the segment's files.
 *
 * @param precision the precision of the codes
 * @param bits budget in bits a dimension; the precision's own unless that is {@link Precision#BITS}
 * @param allocation how a budget below 8 bits is shared out
 * @param rerank the kind of the finer copy
 */
public record QuantizationConfig(
    Precision precision, double bits, Allocation allocation, RerankPrecision rerank) {

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

  /** Codes of the given precision with a copy that loses nothing. */
  public QuantizationConfig(Precision precision) {
    this(precision, Allocation.MIXED);
  }

  /** Codes of the given precision and allocation with a copy that loses nothing. */
  public QuantizationConfig(Precision precision, Allocation allocation) {
    this(precision, precision.bits(), allocation, RerankPrecision.FP32);
  }

  /** Codes of the given precision, of mixed allocation, with a rerank copy. */
  public QuantizationConfig(Precision precision, RerankPrecision rerank) {
    this(precision, precision.bits(), Allocation.MIXED, rerank);
  }

  /** Codes of a budget in bits a dimension; above {@link #MAX_BITS} that means int8. */
  public static QuantizationConfig ofBits(double bits, Allocation allocation) {
    if (bits > MAX_BITS && bits <= 8) {
      return new QuantizationConfig(Precision.INT8, allocation);
    }
    return new QuantizationConfig(Precision.BITS, bits, allocation, RerankPrecision.FP32);
  }
}
