/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.benchmark.contender.Contenders;
import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.data.SmallData;
import io.quantvec.benchmark.measure.CurvePoint;
import io.quantvec.benchmark.measure.SearchResult;
import io.quantvec.benchmark.settings.DataSelection;
import io.quantvec.benchmark.settings.SearchSettings;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.RerankPrecision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every row of the benchmark on a small data set that the test writes. */
class SearchBenchmarkTest {

  private static final int DIMENSION = 16;
  private static final int VECTORS = 400;
  private static final int QUERIES = 10;

  @TempDir Path folder;

  private SearchBenchmark benchmark(String minutes, String rows, ByteArrayOutputStream printed)
      throws IOException {
    SmallData.write(
        folder,
        VectorSimilarityFunction.COSINE,
        SmallData.vectors(VECTORS, DIMENSION, 1),
        SmallData.vectors(QUERIES, DIMENSION, 2));
    Path work = Files.createDirectories(folder.resolve("work"));
    SearchSettings settings =
        new SearchSettings(
            new DataSelection(folder, "", VECTORS, QUERIES),
            work,
            minutes,
            rows,
            folder.resolve("plots"),
            false);
    return new SearchBenchmark(settings, new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  @Test
  void everyRowFindsTheNeighbors() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    // This short time allows the fewest rounds, and names of rows override the short list.
    SearchBenchmark benchmark = benchmark("0.02", ".", printed);
    List<SearchResult> results = benchmark.run();
    String text = printed.toString(StandardCharsets.UTF_8);
    assertEquals(names(), results.stream().map(SearchResult::row).collect(Collectors.toSet()));
    for (SearchResult result : results) {
      List<CurvePoint> points = result.curve().points();
      CurvePoint last = points.get(points.size() - 1);
      assertTrue(last.recall() > recallOf(result.row()), result.toString());
      assertTrue(points.stream().allMatch(point -> point.qps() > 0), result.toString());
      assertTrue(result.cost().seconds() > 0, result.toString());
      assertTrue(result.cost().graph() > 0, result.toString());
      assertTrue(result.cost().codes() > VECTORS, result.toString());
      boolean fp32 = result.family() == SearchRow.Family.LUCENE_FP32;
      assertEquals(!fp32, result.cost().rerank() > 0, result.toString());
      assertTrue(result.allCoresQps() > 0, result.toString());
      boolean fixed = result.family() == SearchRow.Family.JVECTOR;
      assertEquals(!fixed, result.underWritesQps() > 0, result.toString());
      assertTrue(text.contains("| " + result.row() + " "), text);
    }
    assertColumns(benchmark.csv(), results);
    SearchPlotTest.assertWellFormed(Files.readString(folder.resolve("plots/search-tiny.svg")));
    try (Stream<Path> left = Files.list(folder.resolve("work"))) {
      assertEquals(0, left.count());
    }
  }

  private static Set<String> names() {
    return Contenders.all().stream()
        .flatMap(contender -> contender.rowNames().stream())
        .collect(Collectors.toSet());
  }

  /**
   * Returns the recall that ef 320 of 400 vectors must reach. Codes without rescoring lose some
   * recall.
   */
  private static double recallOf(String row) {
    if (row.equals("quantvec " + Precision.INT4.label() + ", no rescoring")) {
      return .75;
    }
    if (row.contains("no copy")) {
      return row.contains(Precision.BINARY.label()) ? .25 : .75;
    }
    if (row.contains("copy " + RerankPrecision.INT8.label())) {
      return .9;
    }
    return row.contains("no rescoring") || row.contains("nvq") ? .95 : .97;
  }

  private static void assertColumns(List<String> csv, List<SearchResult> results) {
    String[] headings = csv.get(0).split(",");
    int lines = results.stream().mapToInt(result -> result.curve().points().size()).sum();
    assertEquals(1 + lines, csv.size());
    for (String line : csv) {
      // Names of rows are quoted and may contain commas.
      assertEquals(
          headings.length, line.replaceAll("\"[^\"]*\"", "name").split(",", -1).length, line);
    }
    List<String> expected =
        new ArrayList<>(
            List.of("data", "row", "ef", "recall", "qps", "index_s", "merge_s", "build_ratio"));
    expected.addAll(List.of("codes_bytes", "graph_bytes", "rerank_bytes", "touched_bytes"));
    expected.addAll(List.of("all_cores_qps", "under_writes_qps", "qps_at_90", "qps_at_95"));
    expected.addAll(List.of("qps_at_99", "by_lucene_quantized_at_95", "by_jvector_at_99"));
    assertTrue(List.of(headings).containsAll(expected), csv.get(0));
  }

  @Test
  void onlyTheRowsAskedForAreMeasured() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    SearchBenchmark benchmark = benchmark("0.02", "int4$|lucene 1 bit", printed);
    List<SearchResult> results = benchmark.run();
    assertEquals(
        List.of("lucene 1 bit", "quantvec int4"), results.stream().map(SearchResult::row).toList());
    SearchComparison comparison = new SearchComparison(results);
    assertEquals(1, comparison.buildRatio(results.get(0)));
    assertFalse(Double.isNaN(comparison.buildRatio(results.get(1))));
    assertTrue(printed.toString(StandardCharsets.UTF_8).contains("tiny"));
  }
}
