/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import java.io.IOException;
import org.opensearch.core.xcontent.XContentBuilder;

/** Writes numbers that may be unknown. */
final class Json {

  private Json() {}

  /** NaN, which JSON has no word for, is null. */
  static void number(XContentBuilder builder, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      builder.field(name, value);
    } else {
      builder.nullField(name);
    }
  }
}
