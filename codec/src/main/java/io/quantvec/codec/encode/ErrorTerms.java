/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The layout of the terms of {@link ErrorEncoder}, which bound the error of a score. They are
 * numbers of 16 bits:
 *
 * <ul>
 *   <li>alignment (a), in fixed point and rounded down; for half floats, whose alignment is always
 *       1, the vector's length instead, stored like an error
 *   <li>code error (e), as {@link CorrectionTerms#shortFloat} reads it; rounded up, to infinity if
 *       need be
 *   <li>copy error (h), if there is one, stored like the code error
 * </ul>
 *
 * @param length bytes per vector: 0 without terms, 4 without a copy error, 6 with one
 */
public record ErrorTerms(int length) {

  /** Without a rerank copy. */
  public static final ErrorTerms NONE = new ErrorTerms(0);

  /** With an exact rerank copy. */
  public static final ErrorTerms OF_CODE = new ErrorTerms(2 * Short.BYTES);

  /** With a rerank copy that has an error of its own. */
  public static final ErrorTerms OF_CODE_AND_COPY = new ErrorTerms(3 * Short.BYTES);

  /** The offset of the code error. */
  public static final int CODE_ERROR_OFFSET = Short.BYTES;

  /** The offset of the copy error. */
  public static final int COPY_ERROR_OFFSET = 2 * Short.BYTES;

  /**
   * The weight of an error of the additive term in the code error and the copy error, see {@link
   * ErrorEncoder}. These are multiplied by the query's length, but an error of the additive term is
   * the same for all queries.
   */
  public static final double ADDITIVE_WEIGHT = 8;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** The fixed point number for an alignment of 1. */
  private static final int FIXED_ONE = 1 << 15;

  private static final int MAX_FIXED = 0xFFFF;

  /** Whether there is a copy error. */
  public boolean hasCopyError() {
    return length > COPY_ERROR_OFFSET;
  }

  /** An alignment as it is stored: rounded down to a multiple of 2^-15, from 0 to below 2. */
  static double stored(double alignment) {
    return Math.floor(Math.clamp(alignment * FIXED_ONE, 0, MAX_FIXED)) / FIXED_ONE;
  }

  /**
   * Writes the terms of half floats.
   *
   * @param length the vector's length, not negative; rounded up
   * @param codeError not negative; rounded up
   */
  void writeOfHalves(byte[] record, double length, double codeError) {
    SHORT.set(record, 0, roundedUp(length));
    SHORT.set(record, CODE_ERROR_OFFSET, roundedUp(codeError));
  }

  /**
   * Writes the terms.
   *
   * @param alignment as {@link #stored} gives it
   * @param codeError not negative; rounded up
   * @param copyError not negative; rounded up; ignored without {@link #hasCopyError}
   */
  void write(byte[] record, double alignment, double codeError, double copyError) {
    SHORT.set(record, 0, (short) (int) (alignment * FIXED_ONE));
    SHORT.set(record, CODE_ERROR_OFFSET, roundedUp(codeError));
    if (hasCopyError()) {
      SHORT.set(record, COPY_ERROR_OFFSET, roundedUp(copyError));
    }
  }

  /** The smallest float of 16 bits that is not less than the value; infinity for NaN. */
  static short roundedUp(double value) {
    if (!(value <= Float.MAX_VALUE)) {
      return (short)
          (Float.floatToIntBits(Float.POSITIVE_INFINITY) >>> CorrectionTerms.DROPPED_BITS);
    }
    float nearest = (float) value;
    int bits = Float.floatToIntBits(nearest < value ? Math.nextUp(nearest) : nearest);
    return (short)
        (bits + (1 << CorrectionTerms.DROPPED_BITS) - 1 >>> CorrectionTerms.DROPPED_BITS);
  }

  /** The value of 16 bits of alignment. */
  public static double alignment(short bits) {
    return (bits & MAX_FIXED) / (double) FIXED_ONE;
  }
}
