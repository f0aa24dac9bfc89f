/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Vectors as IEEE 754 half precision floats, rounded to nearest even. */
public final class HalfFloats {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** Magnitudes from here on round to infinity: half a step above the largest half float. */
  private static final float OVERFLOW = 65520f;

  /** The largest half float. */
  private static final float MAX = 65504f;

  private HalfFloats() {}

  /** Whether a half float can hold the value without becoming infinite. */
  public static boolean fits(float value) {
    return Math.abs(value) < OVERFLOW;
  }

  /**
   * Encodes one vector.
   *
   * @param record receives two bytes per component
   * @throws IllegalArgumentException if a component does not fit
   */
  public static void encode(float[] vector, byte[] record) {
    for (int d = 0; d < vector.length; d++) {
      if (!fits(vector[d])) {
        throw new IllegalArgumentException(
            "expected magnitudes under "
                + OVERFLOW
                + " for fp16, got "
                + vector[d]
                + " in component "
                + d);
      }
      SHORT.set(record, d * Short.BYTES, Float.floatToFloat16(vector[d]));
    }
  }

  /**
   * Encodes one vector; components that do not fit become the largest half float.
   *
   * @param record receives two bytes per component
   */
  public static void encodeSaturated(float[] vector, byte[] record) {
    for (int d = 0; d < vector.length; d++) {
      float value = Math.clamp(vector[d], -MAX, MAX);
      SHORT.set(record, d * Short.BYTES, Float.floatToFloat16(value));
    }
  }

  /** Decodes one vector. */
  public static void decode(byte[] record, float[] vector) {
    for (int d = 0; d < vector.length; d++) {
      vector[d] = Float.float16ToFloat((short) SHORT.get(record, d * Short.BYTES));
    }
  }
}
