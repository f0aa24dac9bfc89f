/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.defaults;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.GraphSettings;
import io.quantvec.benchmark.index.LuceneIndex;
import io.quantvec.benchmark.settings.SearchSettings;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.search.QuantizedKnnQuery;
import io.quantvec.plugin.search.SearchEffort;
import io.quantvec.plugin.settings.FixedLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.IOUtils;

/**
 * Finds the number of vectors from which a graph pays: searches one segment with and without a
 * graph, by the plugin's query with its default effort. Measures the CPU time of the thread, which
 * is nearly the same on a busy and on an idle machine.
 */
public final class ThresholdBenchmark {

  private static final int[] SIZES = {500, 1_000, 2_000, 3_000, 4_000, 6_000, 8_000, 16_000};

  private static final List<Precision> PRECISIONS =
      List.of(
          Precision.BINARY,
          Precision.TERNARY,
          Precision.INT2,
          Precision.INT4,
          Precision.INT8,
          Precision.FP16);

  private static final int QUERIES = 200;

  /** Rounds, each with and without a graph. The fastest round of each counts. */
  private static final int ROUNDS = 8;

  private final SearchSettings settings;
  private final PrintStream out;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private ThresholdBenchmark(SearchSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    List<String> csv = new ThresholdBenchmark(settings, System.out).run();
    settings.write(csv);
  }

  private List<String> run() throws IOException {
    return settings.measureSets(
        "data,precision,vectors,scan recall,scan us,graph recall,graph us", this::measure);
  }

  private List<String> measure(String name) throws IOException {
    out.printf(
        Locale.ROOT,
        "%n%s: recall@%d / us of CPU of a scan, and of a search of the graph%n",
        name,
        DataSet.K);
    List<String> csv = new ArrayList<>();
    for (Precision precision : PRECISIONS) {
      if (settings.wantsRow(precision.label())) {
        for (int size : SIZES) {
          csv.add(measure(name, precision, size));
        }
      }
    }
    return csv;
  }

  private String measure(String name, Precision precision, int size) throws IOException {
    DataSet data =
        DataSet.read(
            settings.data().folder(), name, size, Math.min(QUERIES, settings.data().queries()));
    QuantizationConfig config = new QuantizationConfig(precision);
    int rescored = Rescore.DEFAULT.candidates(config, data.dimension(), false, DataSet.K);
    SearchEffort effort =
        SearchEffort.byDefault(data.similarity(), DataSet.K, rescored, FixedLimits.MAX_EF_SEARCH);
    Path work = Files.createTempDirectory(settings.work(), "threshold");
    try (LuceneIndex scanned = build(config, data, work, QuantizedHnswVectorsFormat.NEVER_GRAPH);
        LuceneIndex walked = build(config, data, work, QuantizedHnswVectorsFormat.ALWAYS_GRAPH)) {
      double scanRecall = recall(scanned, data, effort);
      double graphRecall = recall(walked, data, effort);
      double scan = Double.POSITIVE_INFINITY;
      double graph = Double.POSITIVE_INFINITY;
      for (int round = 0; round < ROUNDS; round++) {
        scan = Math.min(scan, micros(scanned, data, effort));
        graph = Math.min(graph, micros(walked, data, effort));
      }
      out.printf(
          Locale.ROOT,
          "%-8s %,7d   %.4f / %7.1f   %.4f / %7.1f%s%n",
          precision.label(),
          size,
          scanRecall,
          scan,
          graphRecall,
          graph,
          graph < scan ? "   the graph pays" : "");
      return String.format(
          Locale.ROOT,
          "%s,%s,%d,%.4f,%.1f,%.4f,%.1f",
          name,
          precision.label(),
          size,
          scanRecall,
          scan,
          graphRecall,
          graph);
    } finally {
      IOUtils.rm(work);
    }
  }

  private static LuceneIndex build(
      QuantizationConfig config, DataSet data, Path work, int threshold) throws IOException {
    return LuceneIndex.build(
        new QuantizedHnswVectorsFormat(
            config, GraphSettings.M, GraphSettings.EF_CONSTRUCTION, 1, null, threshold),
        data,
        work.resolve("threshold" + threshold),
        true);
  }

  private static double recall(LuceneIndex index, DataSet data, SearchEffort effort)
      throws IOException {
    long found = 0;
    for (int q = 0; q < data.queries().length; q++) {
      for (ScoreDoc hit : search(index, data.queries()[q], effort)) {
        found += data.isNearest(q, hit.doc) ? 1 : 0;
      }
    }
    return (double) found / data.queries().length / DataSet.K;
  }

  private double micros(LuceneIndex index, DataSet data, SearchEffort effort) throws IOException {
    long start = threads.getCurrentThreadCpuTime();
    for (float[] query : data.queries()) {
      search(index, query, effort);
    }
    return (threads.getCurrentThreadCpuTime() - start) / 1e3 / data.queries().length;
  }

  private static ScoreDoc[] search(LuceneIndex index, float[] query, SearchEffort effort)
      throws IOException {
    return index
        .searcher()
        .search(new QuantizedKnnQuery(LuceneIndex.FIELD, query, effort, null), DataSet.K)
        .scoreDocs;
  }
}
