/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import io.quantvec.codec.Precision;
import io.quantvec.codec.QuantizationConfig;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.RerankPrecision;
import io.quantvec.plugin.query.QuantizedKnnQuery;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.query.SearchEffort;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.IOUtils;

/**
 * What somebody gets who gives nothing but type, dimension and precision: recall and time of a
 * search for ten with the plugin's defaults, for every precision, and with half, twice and four
 * times their effort beside them, to see what they leave to be found.
 */
public final class DefaultsBenchmark {

  private static final int QUERIES = 500;

  private static final int ROUNDS = 5;

  /** Times the defaults'. */
  private static final double[] EFFORTS = {.5, 1, 2, 4};

  private final SearchSettings settings;
  private final PrintStream out;

  private DefaultsBenchmark(SearchSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs what the system properties say. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    List<String> csv = new DefaultsBenchmark(settings, System.out).run();
    if (csv.size() == 1) {
      Settings.exitWithNothingToMeasure(settings.folder());
    }
    Settings.writeCsv(csv);
  }

  private List<String> run() throws IOException {
    List<String> csv =
        new ArrayList<>(List.of("data,precision,rerank,effort,ef,rescored,recall,milliseconds"));
    for (String name : settings.wantedSets()) {
      csv.addAll(measure(settings.read(name, QUERIES)));
    }
    return csv;
  }

  private List<String> measure(DataSet data) throws IOException {
    out.printf(
        Locale.ROOT,
        "%n%s: %,d vectors, %d dimensions; recall@%d / ms of the defaults' effort times%n%-16s",
        data.name(),
        data.base().length,
        data.base()[0].length,
        DataSet.K,
        "");
    Arrays.stream(EFFORTS).forEach(effort -> out.printf(Locale.ROOT, "%16s", effort));
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
        if (asked && config != null && matches(precision.label() + " " + rerank.label())) {
          csv.addAll(measure(data, config));
        }
      }
    }
    return csv;
  }

  /** Null if the copy would not be written. */
  private static QuantizationConfig config(Precision precision, RerankPrecision rerank) {
    QuantizationConfig config = new QuantizationConfig(precision).withRerank(rerank);
    return config.storedCopy() == rerank ? config : null;
  }

  private boolean matches(String row) {
    return settings.rows().isEmpty() || row.matches(".*(" + settings.rows() + ").*");
  }

  private List<String> measure(DataSet data, QuantizationConfig config) throws IOException {
    String row = config.precision().label() + " + " + config.rerank().label();
    Path work = Files.createTempDirectory(settings.work(), "defaults");
    List<String> csv = new ArrayList<>();
    LuceneIndex index = null;
    try {
      index =
          LuceneIndex.build(
              new QuantizedHnswVectorsFormat(config, Contenders.M, Contenders.EF_CONSTRUCTION),
              data,
              work,
              true);
      out.printf("%-16s", row);
      for (double times : EFFORTS) {
        SearchEffort effort = effort(config, data.base()[0].length, times);
        double recall = recall(index, data, effort);
        double[] seconds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
          long start = System.nanoTime();
          for (float[] query : data.queries()) {
            search(index, query, effort);
          }
          seconds[round] = (System.nanoTime() - start) / 1e9 / data.queries().length;
        }
        Arrays.sort(seconds);
        double millis = 1000 * seconds[ROUNDS / 2];
        out.printf(Locale.ROOT, "    %.4f/%6.3f", recall, millis);
        csv.add(
            String.format(
                Locale.ROOT,
                "%s,%s,%s,%s,%d,%d,%.4f,%.3f",
                data.name(),
                config.precision().label(),
                config.rerank().label(),
                times,
                effort.ef(),
                effort.rescored(),
                recall,
                millis));
      }
      out.println();
      return csv;
    } finally {
      IOUtils.close(index);
      IOUtils.rm(work);
    }
  }

  private static SearchEffort effort(QuantizationConfig config, int dimension, double times) {
    int rescored = Rescore.DEFAULT.candidates(config, dimension, false, DataSet.K);
    int ef = (int) (times * QuantizedKnnQueryBuilder.DEFAULT_EF_SEARCH);
    return new SearchEffort(DataSet.K, (int) (times * rescored), ef);
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
