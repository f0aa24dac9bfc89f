/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import org.opensearch.core.xcontent.XContentBuilder;

/** Writes numbers that may be unknown. */
final class Json {

  private Json() {}

  /** Sums of tenths are no tenths; beyond this many decimals nobody counts. */
  private static final double DECIMALS = 1e6;

  /** A share, 0 to 1, or a difference of two; null if it is not known. */
  static void share(XContentBuilder builder, String name, double value) throws IOException {
    number(builder, name, Double.isNaN(value) ? value : Math.rint(value * DECIMALS) / DECIMALS);
  }

  private static final MathContext DIGITS = new MathContext(6);

  /** NaN, which JSON has no word for, is null. */
  static void number(XContentBuilder builder, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      // More digits would be noise.
      builder.field(name, new BigDecimal(value).round(DIGITS).doubleValue());
    } else {
      builder.nullField(name);
    }
  }
}
