/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import java.io.IOException;
import org.opensearch.core.xcontent.XContentBuilder;

/** Parts of answers that several of them have. */
final class StatsJson {

  private StatsJson() {}

  /** Writes a number if there is one: JSON knows neither NaN nor infinity. */
  static void number(XContentBuilder builder, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      // Of four digits more would be noise, and of a float they would be those of a double.
      builder.field(name, rounded(value));
    }
  }

  private static double rounded(double value) {
    return value == 0
        ? 0
        : java.math.BigDecimal.valueOf(value).round(new java.math.MathContext(6)).doubleValue();
  }
}
