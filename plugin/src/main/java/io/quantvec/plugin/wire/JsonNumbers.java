/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.wire;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Writes measured numbers as JSON with six significant digits. Further digits are noise, and those
 * of a float widened to a double are not even digits of the float. JSON has no NaN and no infinity,
 * so a method's name says what it writes for them.
 */
public final class JsonNumbers {

  private static final MathContext DIGITS = new MathContext(6);

  /** Decimals of a share. They hide the rounding error of a sum of tenths. */
  private static final double SHARE_SCALE = 1e6;

  private JsonNumbers() {}

  /** Writes a number, or null if it is not finite. */
  public static void numberOrNull(XContentBuilder builder, String name, double value)
      throws IOException {
    if (Double.isFinite(value)) {
      builder.field(name, rounded(value));
    } else {
      builder.nullField(name);
    }
  }

  /** Writes a number, or no field at all if it is not finite. */
  public static void numberIfKnown(XContentBuilder builder, String name, double value)
      throws IOException {
    if (Double.isFinite(value)) {
      builder.field(name, rounded(value));
    }
  }

  /** Writes a share, 0 to 1, or the difference of two shares; null if it is not known. */
  public static void shareOrNull(XContentBuilder builder, String name, double value)
      throws IOException {
    numberOrNull(
        builder, name, Double.isNaN(value) ? value : Math.rint(value * SHARE_SCALE) / SHARE_SCALE);
  }

  private static double rounded(double value) {
    return BigDecimal.valueOf(value).round(DIGITS).doubleValue();
  }
}
