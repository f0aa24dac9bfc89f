/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.settings;

import io.quantvec.benchmark.data.DataSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Which part of which data sets a benchmark takes.
 *
 * @param folder the folder with the data sets
 * @param sets a regular expression that a part of a data set's name must match; empty for all
 * @param vectors the largest number of vectors to take from a data set
 * @param queries the largest number of queries to take from a data set
 */
public record DataSelection(Path folder, String sets, int vectors, int queries) {

  /**
   * Reads the system properties.
   *
   * @param vectors the default number of vectors
   * @param queries the default number of queries
   */
  public static DataSelection ofProperties(int vectors, int queries) {
    return new DataSelection(
        Path.of(Settings.text("benchmark.data", "")),
        Settings.text("benchmark.sets", ""),
        Settings.number("benchmark.vectors", vectors),
        Settings.number("benchmark.queries", queries));
  }

  /** Returns the selected names among the data sets of the folder, sorted. */
  public List<String> names() throws IOException {
    return DataSet.names(folder).stream().filter(name -> Settings.finds(sets, name)).toList();
  }
}
