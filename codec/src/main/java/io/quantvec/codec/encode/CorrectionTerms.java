/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.encode.CodeLayout.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How the terms f and g of {@link VectorEncoder} stand behind a code. Of f, which is not negative,
 * 16 bits keep a float's exponent and the upper 8 bits of its fraction: an error of at most 0.1 %,
 * below what codes of less than 8 bits lose. The g of cosine is an inner product of a unit vector
 * with the centroid c, so that 16 bits of fixed point cover all of its range from -|c| to |c|; any
 * other g knows no bounds, and takes a float.
 *
 * <p>The wire numbers stand in index files and never change.
 */
public enum CorrectionTerms {
  /** No terms: the code says all. */
  NONE(0, 0, 0),
  /** f and g as floats, for codes that are finer than 16 bits of f. */
  FLOATS(1, 4, 4),
  /** 16 bits of f, and g as a float. */
  SHORT_FACTOR(2, 2, 4),
  /** 16 bits of f, and g in fixed point. */
  SHORTS(3, 2, 2),
  /**
   * f is 1, and in its place stands what g lost as it was rounded to a float: of vectors that
   * arrived as codes, distances and inner products are exact.
   */
  PRECISE_ADDITIVE(4, 4, 4);

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bits of a float's fraction that 16 bits of f leave out; f has no sign either. */
  static final int DROPPED_BITS = 15;

  /** The largest finite float, shortened. */
  private static final int MAX_SHORT_FACTOR =
      Float.floatToIntBits(Float.MAX_VALUE) >>> DROPPED_BITS;

  /** The fixed point number that stands for |c|. */
  private static final int FIXED_ONE = Short.MAX_VALUE;

  private final int wireNumber;
  private final int factorLength;
  private final int additiveLength;

  CorrectionTerms(int wireNumber, int factorLength, int additiveLength) {
    this.wireNumber = wireNumber;
    this.factorLength = factorLength;
    this.additiveLength = additiveLength;
  }

  /** What codes of a kind take under a similarity. */
  public static CorrectionTerms of(
      Kind kind, VectorSimilarityFunction similarity, boolean lossless) {
    if (kind == Kind.HALVES) {
      return NONE;
    } else if (lossless && similarity != VectorSimilarityFunction.COSINE) {
      return PRECISE_ADDITIVE;
    } else if (kind == Kind.BYTES || lossless) {
      return FLOATS;
    }
    return similarity == VectorSimilarityFunction.COSINE ? SHORTS : SHORT_FACTOR;
  }

  /** The number that stands for these terms in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /** Bytes of both. */
  public int length() {
    return factorLength + additiveLength;
  }

  /** Bytes of f, which g stands behind. */
  public int factorLength() {
    return factorLength;
  }

  /**
   * Writes both.
   *
   * @param factor f, not negative
   * @param additive g
   * @param centroidLength |c|
   */
  void write(byte[] record, int offset, double factor, double additive, double centroidLength) {
    if (this == PRECISE_ADDITIVE) {
      FLOAT.set(record, offset, finite(additive - finite(additive)));
    } else if (factorLength == Float.BYTES) {
      FLOAT.set(record, offset, finite(factor));
    } else {
      // A zero may have a sign.
      int bits =
          Float.floatToIntBits(Math.abs(finite(factor))) + (1 << DROPPED_BITS - 1) >>> DROPPED_BITS;
      SHORT.set(record, offset, (short) Math.min(bits, MAX_SHORT_FACTOR));
    }
    int behind = offset + factorLength;
    if (additiveLength == Float.BYTES) {
      FLOAT.set(record, behind, finite(additive));
    } else {
      double share = centroidLength == 0 ? 0 : additive / centroidLength;
      SHORT.set(record, behind, (short) Math.rint(Math.clamp(share, -1, 1) * FIXED_ONE));
    }
  }

  /** The value of 16 bits of f. */
  public static float shortFactor(short bits) {
    return Float.intBitsToFloat((bits & 0xFFFF) << DROPPED_BITS);
  }

  /** What one unit of g in fixed point stands for, given |c|. */
  public static double fixedUnit(double centroidLength) {
    return centroidLength / FIXED_ONE;
  }

  float factor(byte[] record, int offset) {
    if (this == PRECISE_ADDITIVE) {
      return 1;
    }
    return factorLength == Float.BYTES
        ? (float) FLOAT.get(record, offset)
        : shortFactor((short) SHORT.get(record, offset));
  }

  float additive(byte[] record, int offset, double centroidLength) {
    return additiveLength == Float.BYTES
        ? (float) FLOAT.get(record, offset + factorLength)
        : (float) ((short) SHORT.get(record, offset + factorLength) * fixedUnit(centroidLength));
  }

  private static float finite(double value) {
    return (float) Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  /**
   * The terms of a wire number.
   *
   * @throws IllegalArgumentException if no terms have that number
   */
  public static CorrectionTerms fromWireNumber(int wireNumber) {
    for (CorrectionTerms terms : values()) {
      if (terms.wireNumber == wireNumber) {
        return terms;
      }
    }
    throw new IllegalArgumentException("unknown wire number of correction terms: " + wireNumber);
  }
}
