/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.SpreadNorms;
import io.quantvec.benchmark.settings.Settings;
import io.quantvec.codec.records.RecordReaders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Compares the recall of Lucene's quantized formats and of Quantvec at equal bytes per vector, on
 * every data set of a folder: files {@code NAME.base.f16bin}, {@code NAME.query.f16bin} and {@code
 * NAME.gt.ibin}. From each data set for cosine the benchmark derives another one for inner
 * products, see {@link SpreadNorms}.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code benchmark.data}: the folder
 *   <li>{@code benchmark.sets}: a regular expression that a part of a data set's name must match;
 *       default: all. {@code inner product} selects the derived data sets, and {@code ^[^,]*$} all
 *       others
 *   <li>{@code benchmark.vectors}: the largest number of vectors to take from each data set;
 *       default: all
 *   <li>{@code benchmark.queries}: the largest number of queries to run on each data set; default:
 *       all
 *   <li>{@code benchmark.formats}: a regular expression that a part of a row's name must match;
 *       default: all
 *   <li>{@code benchmark.csv}: a file for the rows as comma-separated values; default: none
 * </ul>
 *
 * <p>Recall is the share of the ten results that are as similar to the query as its tenth nearest
 * vector, so that either of two equal vectors counts. The columns of {@link RecallTable}:
 *
 * <ul>
 *   <li>bytes per vector, of the code and its correction terms
 *   <li>recall of the codes, and after the fp32 rerank copy orders the best 20 and the best 50
 *   <li>recall of Quantvec's codes with an exact query, which is not rounded (the column after the
 *       first recall). The difference to the first recall is the cost of rounding the query
 *   <li>recall of Quantvec's codes with queries of 8, 6 and 4 bits per component. The first recall
 *       uses the number of bits that a search chooses
 *   <li>bytes of Quantvec's file of calibrations. Lucene keeps its centroid elsewhere, one float
 *       per dimension
 *   <li>seconds to calibrate and seconds to encode all vectors, on one thread and without an index,
 *       see {@link EncodingStages}. Lucene's calibration is its centroid
 *   <li>seconds to index, and milliseconds per query, on one thread
 * </ul>
 *
 * <p>After the table of each data set, {@link RecallSummary} says where Quantvec is ahead and where
 * behind. Other processes on the machine influence the times.
 */
public final class RecallBenchmark {

  private final Path folder;
  private final int maxVectors;
  private final int maxQueries;
  private final String sets;
  private final String formats;
  private final PrintStream out;

  /**
   * @param folder the folder with the data sets
   * @param maxVectors the largest number of vectors to take from each data set
   * @param maxQueries the largest number of queries to run on each data set
   * @param sets a regular expression for names of data sets
   * @param formats a regular expression for names of rows
   * @param out where tables are printed
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

  /** Runs the benchmark with the settings of the system properties. */
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

  /** Measures every format on every data set and prints each row when it is ready. */
  List<RecallRow> run() throws IOException {
    List<RecallRow> rows = new ArrayList<>();
    out.println("Java " + Runtime.version() + ", kernels " + RecordReaders.kernels());
    for (String name : DataSet.names(folder)) {
      boolean asItIs = Settings.finds(sets, name);
      boolean spread = Settings.finds(sets, SpreadNorms.name(name));
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
      if (Settings.finds(formats, format.name())) {
        RecallRow row = meter.measure(format);
        rows.add(row);
        out.print(RecallTable.line(row));
      }
    }
    out.print(RecallSummary.of(rows));
    return rows;
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
