/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.report;

import io.quantvec.benchmark.data.DataSet;
import java.util.Locale;

/** The heading above the tables of a data set. */
public final class DataSetHeading {

  private DataSetHeading() {}

  /** Returns the name of the data set, its size, its similarity and the number of queries. */
  public static String of(DataSet data) {
    return String.format(
        Locale.ROOT,
        "%n## %s%n%n%,d x %d, %s, %,d queries%n%n",
        data.name(),
        data.base().size(),
        data.dimension(),
        data.similarity().name().toLowerCase(Locale.ROOT),
        data.queries().length);
  }
}
