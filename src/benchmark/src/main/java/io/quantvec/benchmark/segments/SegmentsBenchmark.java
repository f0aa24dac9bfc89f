/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.segments;

import io.quantvec.benchmark.contender.Contenders;
import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.UnitVectors;
import io.quantvec.benchmark.index.GraphSettings;
import io.quantvec.benchmark.index.LuceneIndex;
import io.quantvec.benchmark.index.LuceneSearcher;
import io.quantvec.benchmark.index.Rescoring;
import io.quantvec.benchmark.measure.RecallCurve;
import io.quantvec.benchmark.measure.SearchMeter;
import io.quantvec.benchmark.measure.SearchPlan;
import io.quantvec.benchmark.report.DataSetHeading;
import io.quantvec.benchmark.report.TextTable;
import io.quantvec.benchmark.settings.SearchSettings;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * Searches the same vectors in one segment, in four segments as a merge policy leaves them, and in
 * sixteen equal segments, with Quantvec and with Lucene, on one thread. {@link SearchSettings}
 * lists the system properties; {@code benchmark.formats} finds rows such as {@code binary, copy
 * int8, 16}.
 */
public final class SegmentsBenchmark {

  /** Some seconds of searches for each row before it is timed. */
  private static final int WARM_SEARCHES = 12_000;

  /** The median of five is still good if other processes use the machine during two rounds. */
  private static final int ROUNDS = 5;

  /** With this number a recall of .95 has a standard error of .003. */
  private static final int QUERIES = 500;

  private static final List<Integer> EFS = List.of(10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320);

  private static final List<Double> RECALLS = List.of(.95, .98, .99);

  /** The share of each segment among all vectors. */
  private static final Map<String, List<Double>> LAYOUTS = layouts();

  private final SearchSettings settings;
  private final PrintStream out;

  /**
   * @param out where tables and progress are printed
   */
  SegmentsBenchmark(SearchSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  private static Map<String, List<Double>> layouts() {
    Map<String, List<Double>> layouts = new LinkedHashMap<>();
    layouts.put("1", List.of(1.0));
    layouts.put("4", List.of(.60, .25, .10, .05));
    layouts.put("16", Collections.nCopies(16, 1.0 / 16));
    return layouts;
  }

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    settings.write(new SegmentsBenchmark(settings, System.out).run());
  }

  /** Measures every data set, prints its tables and returns comma-separated values. */
  List<String> run() throws IOException {
    return settings.measureSets("data,row,segments,recall,queries per second", this::measure);
  }

  private record Format(
      String name, SearchRow.Family family, KnnVectorsFormat format, Rescoring rescoring) {}

  private static List<Format> formats() {
    QuantizationConfig ours =
        new QuantizationConfig(Precision.BINARY).withRerank(RerankPrecision.INT8);
    return List.of(
        new Format(
            "quantvec binary, copy int8",
            SearchRow.Family.QUANTVEC,
            new QuantizedHnswVectorsFormat(ours, GraphSettings.M, GraphSettings.EF_CONSTRUCTION),
            Rescoring.QUANTVEC),
        new Format(
            "lucene fp32",
            SearchRow.Family.LUCENE_FP32,
            new Lucene99HnswVectorsFormat(GraphSettings.M, GraphSettings.EF_CONSTRUCTION),
            Rescoring.NONE),
        new Format(
            Contenders.BASELINE,
            SearchRow.Family.LUCENE_QUANTIZED,
            new Lucene104HnswScalarQuantizedVectorsFormat(
                ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE,
                GraphSettings.M,
                GraphSettings.EF_CONSTRUCTION),
            Rescoring.LUCENE));
  }

  private List<String> measure(String name) throws IOException {
    DataSet data = settings.read(name, QUERIES);
    DataSet units = UnitVectors.of(data);
    out.print(DataSetHeading.of(data));
    Path work = Files.createTempDirectory(settings.work(), "segments");
    List<SearchRow> rows = new ArrayList<>();
    Map<SearchRow, String> segments = new LinkedHashMap<>();
    try {
      for (Format format : formats()) {
        boolean ours = format.family == SearchRow.Family.QUANTVEC;
        for (Map.Entry<String, List<Double>> layout : LAYOUTS.entrySet()) {
          String rowName = format.name + ", " + layout.getKey();
          if (settings.wantsRow(rowName)) {
            SearchRow row =
                build(format, layout.getValue(), rowName, ours ? data : units, work, rows.size());
            rows.add(row);
            segments.put(row, layout.getKey());
          }
        }
      }
      Map<SearchRow, RecallCurve> curves = curves(data, rows);
      out.print(table(curves, segments));
      return lines(data, curves, segments);
    } finally {
      for (SearchRow row : rows) {
        IOUtils.close(row.index());
      }
      IOUtils.rm(work);
    }
  }

  private SearchRow build(
      Format format, List<Double> shares, String name, DataSet data, Path work, int number)
      throws IOException {
    boolean codes = format.family != SearchRow.Family.LUCENE_FP32;
    LuceneIndex index =
        LuceneIndex.build(
            format.format,
            data,
            Files.createDirectory(work.resolve("index" + number)),
            codes,
            shares);
    out.printf(Locale.ROOT, "%s: indexed in %.1f s%n", name, index.cost().seconds());
    return new SearchRow(
        name,
        format.family,
        data,
        index,
        () -> new LuceneSearcher(index.searcher(), format.rescoring),
        null);
  }

  private Map<SearchRow, RecallCurve> curves(DataSet data, List<SearchRow> rows)
      throws IOException {
    SearchPlan plan =
        new SearchPlan(Double.POSITIVE_INFINITY, Integer.MAX_VALUE, QUERIES, EFS, ROUNDS, 0, true);
    List<RecallCurve> measured =
        new SearchMeter(data, plan, () -> 0, out).curves(rows, WARM_SEARCHES);
    Map<SearchRow, RecallCurve> curves = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      curves.put(rows.get(i), measured.get(i));
    }
    return curves;
  }

  private static String table(Map<SearchRow, RecallCurve> curves, Map<SearchRow, String> segments) {
    List<String> headings = new ArrayList<>(List.of("row, segments"));
    headings.addAll(headings("at %.2f"));
    headings.addAll(headings("time, %.2f"));
    headings.addAll(headings("rate, %.2f"));
    TextTable table = new TextTable(headings);
    for (Map.Entry<SearchRow, RecallCurve> entry : curves.entrySet()) {
      SearchRow row = entry.getKey();
      RecallCurve curve = entry.getValue();
      RecallCurve one = find(curves, segments, row.family(), "1");
      RecallCurve floats = find(curves, segments, SearchRow.Family.LUCENE_FP32, segments.get(row));
      List<String> cells = new ArrayList<>(List.of(row.name()));
      RECALLS.forEach(recall -> cells.add(TextTable.number("%,.0f", curve.qpsAt(recall))));
      RECALLS.forEach(recall -> cells.add(ratio(one, curve, recall)));
      RECALLS.forEach(recall -> cells.add(ratio(curve, floats, recall)));
      table.add(cells);
    }
    String line = System.lineSeparator();
    return line
        + "Queries per second on one thread at a recall; the time of a search divided by"
        + " that of the same row in"
        + " one segment; queries per second divided by those of Lucene's graph over floats in as"
        + " many segments."
        + line
        + line
        + table;
  }

  private static List<String> headings(String format) {
    return RECALLS.stream().map(recall -> String.format(Locale.ROOT, format, recall)).toList();
  }

  private static String ratio(RecallCurve faster, RecallCurve slower, double recall) {
    double ratio =
        faster == null || slower == null ? Double.NaN : faster.qpsAt(recall) / slower.qpsAt(recall);
    return TextTable.number("%.2f", ratio);
  }

  /** Returns the curve of a family in a number of segments; null if it was not measured. */
  private static RecallCurve find(
      Map<SearchRow, RecallCurve> curves,
      Map<SearchRow, String> segments,
      SearchRow.Family family,
      String count) {
    return curves.entrySet().stream()
        .filter(entry -> entry.getKey().family() == family)
        .filter(entry -> segments.get(entry.getKey()).equals(count))
        .map(Map.Entry::getValue)
        .findAny()
        .orElse(null);
  }

  private static List<String> lines(
      DataSet data, Map<SearchRow, RecallCurve> curves, Map<SearchRow, String> segments) {
    List<String> lines = new ArrayList<>();
    curves.forEach(
        (row, curve) ->
            RECALLS.forEach(
                recall ->
                    lines.add(
                        String.format(
                            Locale.ROOT,
                            "%s,\"%s\",%s,%.2f,%.1f",
                            data.name(),
                            row.name(),
                            segments.get(row),
                            recall,
                            curve.qpsAt(recall)))));
    return lines;
  }
}
