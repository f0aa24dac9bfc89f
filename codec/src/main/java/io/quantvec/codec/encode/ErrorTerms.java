/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * How the terms of {@link ErrorEncoder} lie that bound the error of a score, three numbers of 16
 * bits: the alignment a in fixed point, rounded down; the error e, and behind it the copy's error h
 * if there is one, both as {@link CorrectionTerms#shortFactor} reads them and rounded up, to
 * infinity if need be. Of half floats, whose a would always be 1, the vector's length stands in its
 * place, like e.
 *
 * @param length bytes a vector: 0 without terms, 4 with a and e, 6 with h
 */
public record ErrorTerms(int length) {

  /** Where there is nothing finer than the codes. */
  public static final ErrorTerms NONE = new ErrorTerms(0);

  /** Where the finer copy is exact. */
  public static final ErrorTerms OF_CODE = new ErrorTerms(2 * Short.BYTES);

  /** Where the finer copy has an error of its own. */
  public static final ErrorTerms OF_CODE_AND_COPY = new ErrorTerms(3 * Short.BYTES);

  /** Where e stands. */
  public static final int ERROR_OFFSET = Short.BYTES;

  /** Where h stands. */
  public static final int COPY_ERROR_OFFSET = 2 * Short.BYTES;

  /**
   * What e and h count an error of g for, so that what is multiplied with the query's length serves
   * for an error that is the same for all queries, too: see {@link ErrorEncoder}.
   */
  public static final double ADDITIVE_WEIGHT = 8;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** The fixed point number that stands for an alignment of 1. */
  private static final int FIXED_ONE = 1 << 15;

  private static final int MAX_FIXED = 0xFFFF;

  /** Whether there is an h. */
  public boolean hasCopyError() {
    return length > COPY_ERROR_OFFSET;
  }

  /** The alignment as it will be read: rounded down to a multiple of 2^-15, and within 0 to 2. */
  static double stored(double alignment) {
    return Math.floor(Math.clamp(alignment * FIXED_ONE, 0, MAX_FIXED)) / FIXED_ONE;
  }

  /** As {@link #write} does, with a length in place of a, not negative; rounded up. */
  void writeOfHalves(byte[] record, double length, double error) {
    SHORT.set(record, 0, roundedUp(length));
    SHORT.set(record, ERROR_OFFSET, roundedUp(error));
  }

  /**
   * Writes the terms.
   *
   * @param alignment as {@link #stored} gives it
   * @param error e, not negative; rounded up
   * @param copyError h, not negative; rounded up; not looked at if there is none
   */
  void write(byte[] record, double alignment, double error, double copyError) {
    SHORT.set(record, 0, (short) (int) (alignment * FIXED_ONE));
    SHORT.set(record, ERROR_OFFSET, roundedUp(error));
    if (hasCopyError()) {
      SHORT.set(record, COPY_ERROR_OFFSET, roundedUp(copyError));
    }
  }

  /** The smallest of the numbers of 16 bits that is not less; infinity for NaN. */
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

  /** The value of 16 bits of a. */
  public static double alignment(short bits) {
    return (bits & MAX_FIXED) / (double) FIXED_ONE;
  }
}
