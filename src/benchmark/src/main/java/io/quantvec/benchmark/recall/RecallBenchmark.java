/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.SpreadNorms;
import io.quantvec.benchmark.settings.Settings;
import io.quantvec.codec.score.RecordReaders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Recall of Lucene's quantized formats and of ours at their bytes a vector, on every data set of a
 * folder: files {@code NAME.base.f16bin}, {@code NAME.query.f16bin} and {@code NAME.gt.ibin}. Of
 * each that is for cosine a second one is made, for inner products: see {@link SpreadNorms}.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code benchmark.data}: the folder
 *   <li>{@code benchmark.sets}: a regular expression that a data set's name must match; all. One
 *       that was made of another has a name of its own: {@code inner product} finds these alone,
 *       and {@code ^[^,]*$} those of the files alone
 *   <li>{@code benchmark.vectors}: vectors to take of each data set; all
 *   <li>{@code benchmark.queries}: queries to run on each data set; all
 *   <li>{@code benchmark.formats}: a regular expression that a row's name must match; all
 *   <li>{@code benchmark.csv}: a file for the rows as comma-separated values; none
 * </ul>
 *
 * Recall is the part of the ten found that are as similar to the query as its tenth nearest vector,
 * so that either of two equal vectors counts. The columns of {@link RecallTable}:
 *
 * <ul>
 *   <li>bytes a vector, of the code and its correction terms
 *   <li>recall of the codes, and of the best 20 and 50 after the FP32 copy put them in order
 *   <li>recall of our codes with an exact query, which is not rounded (in the column behind the
 *       first recall): what is missing to it, rounding the query costs
 *   <li>recall of our codes with queries of 8, 6 and 4 bits a component; the first column has as
 *       many as a search takes by itself
 *   <li>bytes of our file of calibrations; Lucene keeps its centroid elsewhere, a float a dimension
 *   <li>seconds to calibrate and seconds to encode all vectors, on one thread without an index
 *       around them: see {@link EncodingStages}. Lucene's calibration is its centroid
 *   <li>seconds to index, and milliseconds a query, on one thread
 * </ul>
 *
 * Behind each data set's table {@link RecallSummary} says where ours are ahead and where behind.
 * Times include whatever else the machine does.
 */
public final class RecallBenchmark {

  private final Path folder;
  private final int maxVectors;
  private final int maxQueries;
  private final String sets;
  private final String formats;
  private final PrintStream out;

  /**
   * @param folder the data sets' folder
   * @param maxVectors vectors to take of each, if it has more
   * @param maxQueries queries to run on each, if it has more
   * @param sets a regular expression that finds the names of data sets to take
   * @param formats a regular expression that finds the names of rows to measure
   * @param out where the tables are printed
   */
  RecallBenchmark(
      Path folder, int maxVectors, int maxQueries, String sets, String formats, PrintStream out) {
    this.folder = folder;
    this.maxVectors = maxVectors;
    this.maxQueries = maxQueries;
    this.sets = sets;
    this.formats = formats;
    this.out = out;
  }

  /** Runs what the system properties say. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(Settings.text("benchmark.data", ""));
    List<RecallRow> rows =
        new RecallBenchmark(
                folder,
                Settings.number("benchmark.vectors", Integer.MAX_VALUE),
                Settings.number("benchmark.queries", Integer.MAX_VALUE),
                Settings.text("benchmark.sets", ""),
                Settings.text("benchmark.formats", ""),
                System.out)
            .run();
    if (rows.isEmpty()) {
      Settings.exitWithNothingToMeasure(folder);
    }
    Settings.writeCsv(csv(rows));
  }

  /** Measures every format on every data set and prints each row as soon as it is known. */
  List<RecallRow> run() throws IOException {
    List<RecallRow> rows = new ArrayList<>();
    out.println("Java " + Runtime.version() + ", kernels " + RecordReaders.kernels());
    for (String name : DataSet.names(folder)) {
      boolean asItIs = matches(sets, name);
      boolean spread = matches(sets, SpreadNorms.name(name));
      if (asItIs || spread) {
        DataSet data = DataSet.read(folder, name, maxVectors, maxQueries);
        if (asItIs) {
          rows.addAll(measure(data));
        }
        if (spread && data.similarity() == VectorSimilarityFunction.COSINE) {
          rows.addAll(measure(SpreadNorms.of(data)));
        }
      }
    }
    return rows;
  }

  private List<RecallRow> measure(DataSet data) throws IOException {
    List<RecallRow> rows = new ArrayList<>();
    out.print(RecallTable.head(data));
    RecallMeter meter = new RecallMeter(data);
    for (RecallFormat format : RecallFormat.all(data.dimension(), data.similarity())) {
      if (matches(formats, format.name())) {
        RecallRow row = meter.measure(format);
        rows.add(row);
        out.print(RecallTable.line(row));
      }
    }
    out.print(RecallSummary.of(rows));
    return rows;
  }

  private static boolean matches(String expression, String name) {
    return Pattern.compile(expression).matcher(name).find();
  }

  private static List<String> csv(List<RecallRow> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(RecallTable.CSV_HEADINGS);
    for (RecallRow row : rows) {
      lines.add(RecallTable.csv(row));
    }
    return lines;
  }
}
