/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import java.util.Locale;

/** Text and numbers as a page shows them. */
final class Html {

  private Html() {}

  /** Text that means nothing but itself: names of indexes and fields come from users. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Formats in the same way everywhere, whatever the node's language. */
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** A number with as many digits as people read. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double magnitude = Math.abs(value);
    if (value == Math.rint(value) && magnitude < 1e15) {
      return format("%,d", (long) value);
    }
    if (magnitude >= 100) {
      return format("%,.0f", value);
    }
    return magnitude >= 0.001 ? significant(value) : format("%.2g", value);
  }

  private static String significant(double value) {
    String text = format("%.3f", value);
    if (Math.abs(value) >= 10) {
      text = format("%.1f", value);
    } else if (Math.abs(value) >= 1) {
      text = format("%.2f", value);
    }
    return text;
  }

  /** Bytes with a unit. */
  static String bytes(double bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    while (bytes >= 1024 && unit < units.length - 1) {
      bytes /= 1024;
      unit++;
    }
    return format(unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
  }

  /** A share, 0 to 1. */
  static String share(double share) {
    return Double.isFinite(share) ? format("%.3f", share) : "-";
  }

  /** A share in per cent. */
  static String percent(double share) {
    return Double.isFinite(share) ? format("%.1f %%", 100 * share) : "-";
  }
}
