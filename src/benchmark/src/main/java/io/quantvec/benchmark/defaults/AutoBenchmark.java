/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.defaults;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.GraphSettings;
import io.quantvec.benchmark.index.LuceneIndex;
import io.quantvec.benchmark.settings.SearchSettings;
import io.quantvec.benchmark.settings.Settings;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.config.DefaultRescoring;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.search.QuantizedKnnQuery;
import io.quantvec.plugin.search.SearchEffort;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.IOUtils;

/**
 * Shows which bits {@code precision: auto} chooses for some recall targets, whether a scan of the
 * codes reaches the target, which other precision reaches the target with the fewest bytes, and how
 * long the choice takes compared with building a graph.
 */
public final class AutoBenchmark {

  private static final int QUERIES = 500;

  /** Number of rounds. The first one warms up. */
  private static final int ROUNDS = 2;

  private static final double[] TARGETS = {.9, .95, .98};

  /** Largest recall that a choice may miss its target by. */
  private static final double MISSED = .01;

  /** Largest share of the bytes of the smallest other precision that reaches the target. */
  private static final double BYTES = 1.25;

  private static final List<RerankPrecision> COPIES =
      List.of(RerankPrecision.FP32, RerankPrecision.INT8, RerankPrecision.NONE);

  private final SearchSettings settings;
  private final PrintStream out;
  private final List<String> csv =
      new ArrayList<>(List.of("data,precision,rerank,target,bits,bytes,expected,recall"));

  /**
   * A segment of all vectors.
   *
   * @param codes the field of the segment
   * @param recall recall of a scan with default rescoring
   */
  private record Row(SegmentField codes, double recall) {

    String precision() {
      return codes.config().precision().label();
    }
  }

  private AutoBenchmark(SearchSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    List<String> names = settings.data().names();
    if (names.isEmpty()) {
      Settings.exitWithNothingToMeasure(settings.data().folder());
    }
    AutoBenchmark benchmark = new AutoBenchmark(settings, System.out);
    for (String name : names) {
      benchmark.run(settings.read(name, QUERIES));
    }
    Settings.writeCsv(benchmark.csv);
  }

  private void run(DataSet data) throws IOException {
    out.printf(
        Locale.ROOT,
        "%n%s: %,d vectors, %d dimensions; recall@%d of scans, rescored by default%n",
        data.name(),
        data.base().size(),
        data.dimension(),
        DataSet.K);
    for (RerankPrecision copy : COPIES) {
      if (settings.wantsRow(copy.label())) {
        compare(data, copy);
      }
    }
    if (settings.wantsRow("graph")) {
      costOfChoosing(data);
    }
  }

  private void compare(DataSet data, RerankPrecision copy) throws IOException {
    List<Row> fixed = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      if (precision == Precision.BITS || precision == Precision.AUTO) {
        continue;
      }
      Row row = measure(data, new QuantizationConfig(precision).withRerank(copy));
      fixed.add(row);
      print(data, copy, row, "");
    }
    for (double target : TARGETS) {
      Row row = measure(data, QuantizationConfig.auto(target).withRerank(copy));
      print(data, copy, row, verdict(row, fixed));
    }
  }

  private void print(DataSet data, RerankPrecision copy, Row row, String verdict) {
    QuantizationConfig config = row.codes.config();
    float expected =
        row.codes.provenance().budget() == null
            ? Float.NaN
            : row.codes.provenance().budget().expectedRecall();
    out.printf(
        Locale.ROOT,
        "%-8s rerank %-4s target %.3f: %6.4f bits, %4d bytes, expected %.4f, recall %.4f%s%n",
        row.precision(),
        copy.label(),
        config.targetRecall(),
        config.bits(),
        row.codes.codeBytes(),
        expected,
        row.recall,
        verdict);
    csv.add(
        String.format(
            Locale.ROOT,
            "%s,%s,%s,%s,%s,%d,%.4f,%.4f",
            data.name(),
            row.precision(),
            copy.label(),
            config.targetRecall(),
            config.bits(),
            row.codes.codeBytes(),
            expected,
            row.recall));
  }

  private static String verdict(Row row, List<Row> fixed) {
    double target = row.codes.config().targetRecall();
    Row best = null;
    for (Row other : fixed) {
      if (other.recall >= target
          && (best == null || other.codes.codeBytes() < best.codes.codeBytes())) {
        best = other;
      }
    }
    String recall = row.recall >= target - MISSED ? "; meets the target" : "; MISSES the target";
    if (best == null) {
      return recall + ", and no other precision does";
    }
    double share = (double) row.codes.codeBytes() / best.codes.codeBytes();
    return String.format(
        Locale.ROOT,
        "%s with %.2f of the bytes of %s (%d)%s",
        recall,
        share,
        best.precision(),
        best.codes.codeBytes(),
        share <= BYTES ? "" : ": TOO MANY");
  }

  private Row measure(DataSet data, QuantizationConfig config) throws IOException {
    Path work = Files.createTempDirectory(settings.work(), "auto");
    LuceneIndex index = null;
    try {
      index = LuceneIndex.build(new QuantizedFlatVectorsFormat(config), data, work, true);
      SegmentField codes = codes(index);
      int rescored =
          DefaultRescoring.candidates(codes.config(), data.dimension(), false, DataSet.K);
      SearchEffort effort = new SearchEffort(DataSet.K, rescored, Math.max(DataSet.K, rescored));
      long found = 0;
      for (int q = 0; q < data.queries().length; q++) {
        QuantizedKnnQuery query =
            new QuantizedKnnQuery(LuceneIndex.FIELD, data.queries()[q], effort, null);
        for (ScoreDoc hit : index.searcher().search(query, DataSet.K).scoreDocs) {
          found += data.isNearest(q, hit.doc) ? 1 : 0;
        }
      }
      return new Row(codes, (double) found / data.queries().length / DataSet.K);
    } finally {
      IOUtils.close(index);
      IOUtils.rm(work);
    }
  }

  private static SegmentField codes(LuceneIndex index) throws IOException {
    QuantizedVectorValues values =
        (QuantizedVectorValues)
            index
                .searcher()
                .getIndexReader()
                .leaves()
                .get(0)
                .reader()
                .getFloatVectorValues(LuceneIndex.FIELD);
    return values.quantization();
  }

  /**
   * Times four flushes and a merge. The first flush chooses a budget, and the merge reviews the
   * choice. All of this runs on the calling thread, and its CPU time counts, because other
   * processes may use the machine.
   */
  private void costOfChoosing(DataSet data) throws IOException {
    List<QuantizationConfig> configs =
        List.of(new QuantizationConfig(Precision.BINARY), QuantizationConfig.auto(.95));
    for (boolean graph : new boolean[] {false, true}) {
      for (int round = 0; round < ROUNDS; round++) {
        for (QuantizationConfig config : configs) {
          KnnVectorsFormat format =
              graph
                  ? new QuantizedHnswVectorsFormat(
                      config, GraphSettings.M, GraphSettings.EF_CONSTRUCTION)
                  : new QuantizedFlatVectorsFormat(config);
          out.printf(
              Locale.ROOT,
              "%-8s %s graph, round %d: %.1f s%n",
              config.precision().label(),
              graph ? "with" : "without",
              round,
              cpuSeconds(format, data));
        }
      }
    }
  }

  private double cpuSeconds(KnnVectorsFormat format, DataSet data) throws IOException {
    Path work = Files.createTempDirectory(settings.work(), "auto");
    LuceneIndex index = null;
    try {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      index = LuceneIndex.build(format, data, work, true);
      return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    } finally {
      IOUtils.close(index);
      IOUtils.rm(work);
    }
  }
}
