/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.settings;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.UnitVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a benchmark measures, from the system properties that all benchmarks share:
 *
 * <ul>
 *   <li>{@code benchmark.data}: the folder with the data sets, see {@link DataSet#read}
 *   <li>{@code benchmark.sets}: a regular expression that a part of a data set's name must match;
 *       default: all
 *   <li>{@code benchmark.vectors}, {@code benchmark.queries}: the largest number to take from each
 *       data set; default: all
 *   <li>{@code benchmark.formats}: a regular expression that a part of a row's name must match
 *   <li>{@code benchmark.minutes}: the time for all data sets; default: 10
 *   <li>{@code benchmark.unit}: {@code true} to give Quantvec, too, cosine data as {@link
 *       UnitVectors}; default: false
 *   <li>{@code benchmark.csv}: a file for the figures as comma-separated values; default: none
 *   <li>{@code benchmark.plots}: a folder for plots; default: none
 *   <li>{@code benchmark.work}: a folder in which indexes are built and deleted; default: the
 *       system's folder for temporary files
 * </ul>
 *
 * @param data the data sets
 * @param work an existing folder in which indexes are built and deleted
 * @param minutes the time for all data sets; {@code SearchPlan} parses the text
 * @param rows a regular expression for names of rows; empty for the rows of the plan
 * @param plots a folder for plots; null for none
 * @param unitVectors whether Quantvec, too, gets cosine data as {@link UnitVectors}
 */
public record SearchSettings(
    DataSelection data, Path work, String minutes, String rows, Path plots, boolean unitVectors) {

  /** The default of {@code benchmark.minutes}. */
  private static final String MINUTES = "10";

  /** Reads the system properties. */
  public static SearchSettings ofProperties() {
    String plots = Settings.text("benchmark.plots", "");
    return new SearchSettings(
        DataSelection.ofProperties(Integer.MAX_VALUE, Integer.MAX_VALUE),
        Path.of(Settings.text("benchmark.work", System.getProperty("java.io.tmpdir"))),
        Settings.text("benchmark.minutes", MINUTES),
        Settings.text("benchmark.formats", ""),
        plots.isEmpty() ? null : Path.of(plots),
        Boolean.parseBoolean(Settings.text("benchmark.unit", "false")));
  }

  /** Returns whether the settings select a row; without an expression they select all. */
  public boolean wantsRow(String row) {
    return Settings.finds(rows, row);
  }

  /** Measures one data set. */
  @FunctionalInterface
  public interface Measurement {

    /** Returns lines of comma-separated values. */
    List<String> of(String dataSet) throws IOException;
  }

  /**
   * Measures all data sets that the settings select.
   *
   * @return lines of comma-separated values; the first line has the headings
   */
  public List<String> measureSets(String headings, Measurement measurement) throws IOException {
    List<String> csv = new ArrayList<>(List.of(headings));
    for (String name : data.names()) {
      csv.addAll(measurement.of(name));
    }
    return csv;
  }

  /** Writes the lines of {@link #measureSets}. Ends the program if there are only headings. */
  public void write(List<String> csv) throws IOException {
    if (csv.size() == 1) {
      Settings.exitWithNothingToMeasure(data.folder());
    }
    Settings.writeCsv(csv);
  }

  /**
   * Reads a data set.
   *
   * @param maxQueries the largest number of queries that the benchmark can use
   */
  public DataSet read(String name, int maxQueries) throws IOException {
    return DataSet.read(data.folder(), name, data.vectors(), Math.min(maxQueries, data.queries()));
  }
}
