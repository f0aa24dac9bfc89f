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
 * How the terms of {@link ResidualEncoder} are stored after a code: rescale (f in the papers), and
 * additive (g). Rescale is not negative; 16 bits keep a float's exponent and the upper 8 bits of
 * its fraction. The error is at most 0.1 %, less than codes of fewer than 8 bits lose. The additive
 * term of cosine is an inner product of a unit vector with the centroid c, so that 16 bits of fixed
 * point cover its range from -|c| to |c|. Every other additive term is unbounded and takes a float.
 *
 * <p>Index files contain the wire numbers, which never change.
 */
public enum CorrectionTerms {
  /** No terms, as for half floats. */
  NONE(0, 0, 0),
  /** Both terms as floats, for codes that are more precise than 16 bits of rescale. */
  FLOATS(1, 4, 4),
  /** 16 bits of rescale, and additive as a float. */
  SHORT_FACTOR(2, 2, 4),
  /** 16 bits of rescale, and additive in fixed point. */
  SHORTS(3, 2, 2),
  /**
   * For input codes, whose rescale is 1: in its place is the rounding error of additive as a float,
   * so that distances and inner products are exact.
   */
  PRECISE_ADDITIVE(4, 4, 4);

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bits of a float's fraction that 16 bits leave out; they leave out the sign as well. */
  static final int DROPPED_BITS = 15;

  /** The largest finite float, shortened. */
  private static final int MAX_SHORT_FLOAT = Float.floatToIntBits(Float.MAX_VALUE) >>> DROPPED_BITS;

  /** The fixed point number that means |c|. */
  private static final int FIXED_ONE = Short.MAX_VALUE;

  private final int wireNumber;
  private final int rescaleLength;
  private final int additiveLength;

  CorrectionTerms(int wireNumber, int rescaleLength, int additiveLength) {
    this.wireNumber = wireNumber;
    this.rescaleLength = rescaleLength;
    this.additiveLength = additiveLength;
  }

  /** The terms of a kind of codes under a similarity. */
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

  /** The number of these terms in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /** Bytes of both. */
  public int length() {
    return rescaleLength + additiveLength;
  }

  /** Bytes of rescale, which additive follows. */
  public int rescaleLength() {
    return rescaleLength;
  }

  /**
   * Writes both.
   *
   * @param rescale not negative
   * @param centroidLength the length of the centroid
   */
  void write(byte[] record, int offset, double rescale, double additive, double centroidLength) {
    if (this == PRECISE_ADDITIVE) {
      FLOAT.set(record, offset, finite(additive - finite(additive)));
    } else if (rescaleLength == Float.BYTES) {
      FLOAT.set(record, offset, finite(rescale));
    } else {
      // A zero may have a sign.
      int bits =
          Float.floatToIntBits(Math.abs(finite(rescale))) + (1 << DROPPED_BITS - 1)
              >>> DROPPED_BITS;
      SHORT.set(record, offset, (short) Math.min(bits, MAX_SHORT_FLOAT));
    }
    int additiveOffset = offset + rescaleLength;
    if (additiveLength == Float.BYTES) {
      FLOAT.set(record, additiveOffset, finite(additive));
    } else {
      double share = centroidLength == 0 ? 0 : additive / centroidLength;
      SHORT.set(record, additiveOffset, (short) Math.rint(Math.clamp(share, -1, 1) * FIXED_ONE));
    }
  }

  /** The value of a float of 16 bits, as of rescale. */
  public static float shortFloat(short bits) {
    return Float.intBitsToFloat((bits & 0xFFFF) << DROPPED_BITS);
  }

  /**
   * The unit of additive in fixed point.
   *
   * @param centroidLength the length of the centroid
   */
  public static double fixedUnit(double centroidLength) {
    return centroidLength / FIXED_ONE;
  }

  float rescale(byte[] record, int offset) {
    if (this == PRECISE_ADDITIVE) {
      return 1;
    }
    return rescaleLength == Float.BYTES
        ? (float) FLOAT.get(record, offset)
        : shortFloat((short) SHORT.get(record, offset));
  }

  float additive(byte[] record, int offset, double centroidLength) {
    return additiveLength == Float.BYTES
        ? (float) FLOAT.get(record, offset + rescaleLength)
        : (float) ((short) SHORT.get(record, offset + rescaleLength) * fixedUnit(centroidLength));
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
