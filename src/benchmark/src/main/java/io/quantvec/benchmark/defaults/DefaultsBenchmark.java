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
import io.quantvec.codec.config.RerankPrecision;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.IOUtils;

/**
 * Measures the plugin's defaults: recall and time of a search for ten neighbors, for every
 * precision in a mapping of type, dimension and precision only. Fixed values of {@code ef_search}
 * show what the defaults cost and what they miss.
 */
public final class DefaultsBenchmark {

  private static final int QUERIES = 500;

  private static final int ROUNDS = 5;

  /** Marks a search without {@code ef_search}. */
  private static final int DEFAULT = 0;

  /** 100 was the default before the default became adaptive. */
  private static final int[] EFS = {100, DEFAULT, 200, 400, 1_000};

  private final SearchSettings settings;
  private final PrintStream out;

  private DefaultsBenchmark(SearchSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    List<String> csv = new DefaultsBenchmark(settings, System.out).run();
    settings.write(csv);
  }

  private List<String> run() throws IOException {
    return settings.measureSets(
        "data,precision,rerank,ef_search,rescored,recall,median_cpu_us,mean_cpu_us",
        name -> measure(settings.read(name, QUERIES)));
  }

  private List<String> measure(DataSet data) throws IOException {
    out.printf(
        Locale.ROOT,
        "%n%s: %,d vectors, %d dimensions; by ef_search recall@%d, then the median and the mean"
            + " query's CPU time in microseconds%n%-16s",
        data.name(),
        data.base().size(),
        data.dimension(),
        DataSet.K,
        "");
    Arrays.stream(EFS).forEach(ef -> out.printf(Locale.ROOT, "%22s", label(ef)));
    out.println();
    List<String> csv = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      for (RerankPrecision rerank : RerankPrecision.values()) {
        boolean asked =
            rerank == RerankPrecision.FP32
                || rerank == RerankPrecision.INT8
                || rerank == RerankPrecision.NONE;
        boolean fixed = precision != Precision.BITS && precision != Precision.AUTO;
        QuantizationConfig config = fixed ? config(precision, rerank) : null;
        if (asked
            && config != null
            && settings.wantsRow(precision.label() + " " + rerank.label())) {
          csv.addAll(measure(data, config));
        }
      }
    }
    return csv;
  }

  /** Returns null if no copy would be written. */
  private static QuantizationConfig config(Precision precision, RerankPrecision rerank) {
    QuantizationConfig config = new QuantizationConfig(precision).withRerank(rerank);
    return config.storedCopy() == rerank ? config : null;
  }

  private List<String> measure(DataSet data, QuantizationConfig config) throws IOException {
    String row = config.precision().label() + " + " + config.rerank().label();
    Path work = Files.createTempDirectory(settings.work(), "defaults");
    List<String> csv = new ArrayList<>();
    LuceneIndex index = null;
    try {
      index =
          LuceneIndex.build(
              new QuantizedHnswVectorsFormat(
                  config, GraphSettings.M, GraphSettings.EF_CONSTRUCTION),
              data,
              work,
              true);
      out.printf("%-16s", row);
      for (int ef : EFS) {
        SearchEffort effort = effort(config, data, ef);
        double recall = recall(index, data, effort);
        double[] micros = micros(index, data, effort);
        double median = micros[micros.length / 2];
        double mean = Arrays.stream(micros).average().orElseThrow();
        out.printf(Locale.ROOT, "    %.4f %5.0f %5.0f", recall, median, mean);
        csv.add(
            String.format(
                Locale.ROOT,
                "%s,%s,%s,%s,%d,%.4f,%.1f,%.1f",
                data.name(),
                config.precision().label(),
                config.rerank().label(),
                label(ef),
                effort.rescored(),
                recall,
                median,
                mean));
      }
      out.println();
      return csv;
    } finally {
      IOUtils.close(index);
      IOUtils.rm(work);
    }
  }

  private static String label(int ef) {
    return ef == DEFAULT ? "default" : Integer.toString(ef);
  }

  private static SearchEffort effort(QuantizationConfig config, DataSet data, int ef) {
    int rescored = Rescore.DEFAULT.candidates(config, data.dimension(), false, DataSet.K);
    return ef == DEFAULT
        ? SearchEffort.byDefault(data.similarity(), DataSet.K, rescored, FixedLimits.MAX_EF_SEARCH)
        : new SearchEffort(DataSet.K, rescored, ef);
  }

  /** Returns the CPU time of each query, the minimum of all rounds, sorted. */
  private static double[] micros(LuceneIndex index, DataSet data, SearchEffort effort)
      throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double[] least = new double[data.queries().length];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int round = 0; round < ROUNDS; round++) {
      for (int q = 0; q < least.length; q++) {
        long start = threads.getCurrentThreadCpuTime();
        search(index, data.queries()[q], effort);
        least[q] = Math.min(least[q], (threads.getCurrentThreadCpuTime() - start) / 1e3);
      }
    }
    Arrays.sort(least);
    return least;
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

  private static ScoreDoc[] search(LuceneIndex index, float[] query, SearchEffort effort)
      throws IOException {
    return index
        .searcher()
        .search(new QuantizedKnnQuery(LuceneIndex.FIELD, query, effort, null), DataSet.K)
        .scoreDocs;
  }
}
