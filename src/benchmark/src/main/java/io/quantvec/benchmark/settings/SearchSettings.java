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
import java.util.regex.Pattern;

/**
 * What {@code SearchBenchmark} runs.
 *
 * @param folder the data sets' folder
 * @param work where indexes are built and deleted; it exists
 * @param minutes as {@code SearchPlan#of} reads it
 * @param sets a regular expression that finds the names of data sets; empty for all that have files
 * @param rows a regular expression that finds the names of rows; empty for the plan's
 * @param vectors to take of each data set, at most
 * @param queries to take of each data set, at most
 * @param plots a folder for drawings; null for none
 * @param unitVectors whether ours get cosine data as {@link UnitVectors}, too
 */
public record SearchSettings(
    Path folder,
    Path work,
    String minutes,
    String sets,
    String rows,
    int vectors,
    int queries,
    Path plots,
    boolean unitVectors) {

  /** What a run may take unless it is told otherwise. */
  private static final String MINUTES = "10";

  /** What the system properties say. */
  public static SearchSettings ofProperties() {
    String plots = Settings.text("benchmark.plots", "");
    return new SearchSettings(
        Path.of(Settings.text("benchmark.data", "")),
        Path.of(Settings.text("benchmark.work", System.getProperty("java.io.tmpdir"))),
        Settings.text("benchmark.minutes", MINUTES),
        Settings.text("benchmark.sets", ""),
        Settings.text("benchmark.formats", ""),
        Settings.number("benchmark.vectors", Integer.MAX_VALUE),
        Settings.number("benchmark.queries", Integer.MAX_VALUE),
        plots.isEmpty() ? null : Path.of(plots),
        Boolean.parseBoolean(Settings.text("benchmark.unit", "false")));
  }

  /** The names of the data sets that are asked for. */
  public List<String> wantedSets() throws IOException {
    return DataSet.names(folder).stream()
        .filter(name -> sets.isEmpty() || Pattern.compile(sets).matcher(name).find())
        .toList();
  }

  /** What a benchmark does with one data set. */
  @FunctionalInterface
  public interface Measurement {

    /** Lines of comma-separated values. */
    List<String> of(String dataSet) throws IOException;
  }

  /**
   * Measures all data sets that are asked for.
   *
   * @return lines of comma-separated values, the first of which are the headings
   */
  public List<String> measureSets(String headings, Measurement measurement) throws IOException {
    List<String> csv = new ArrayList<>(List.of(headings));
    for (String name : wantedSets()) {
      csv.addAll(measurement.of(name));
    }
    return csv;
  }

  /** Writes what {@link #measureSets} returned, or ends the program if there is nothing. */
  public void write(List<String> csv) throws IOException {
    if (csv.size() == 1) {
      Settings.exitWithNothingToMeasure(folder);
    }
    Settings.writeCsv(csv);
  }

  /**
   * Reads a data set.
   *
   * @param maxQueries that are of use
   */
  public DataSet read(String name, int maxQueries) throws IOException {
    return DataSet.read(folder, name, vectors, Math.min(maxQueries, queries));
  }
}
