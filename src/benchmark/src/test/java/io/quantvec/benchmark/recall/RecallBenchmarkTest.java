/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.benchmark.data.SmallData;
import io.quantvec.codec.config.Precision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The benchmark on a small data set that the test writes. */
class RecallBenchmarkTest {

  private static final int DIMENSION = 48;
  private static final int VECTORS = 300;
  private static final int QUERIES = 10;

  @TempDir Path folder;

  private void writeData(VectorSimilarityFunction similarity) throws IOException {
    float[][] base = SmallData.vectors(VECTORS, DIMENSION, 1);
    float[][] queries = SmallData.vectors(QUERIES, DIMENSION, 2);
    // Copies have other ids and equal similarities; either one must count.
    for (int i = 0; i < VECTORS / 4; i++) {
      base[VECTORS - 1 - i] = base[i];
    }
    SmallData.write(folder, similarity, base, queries);
  }

  private List<RecallRow> run(int maxVectors, String sets, ByteArrayOutputStream printed)
      throws IOException {
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      return new RecallBenchmark(folder, maxVectors, QUERIES / 2, sets, "", out).run();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = VectorSimilarityFunction.class,
      names = {"COSINE", "EUCLIDEAN", "MAXIMUM_INNER_PRODUCT"})
  void everyFormatHasARow(VectorSimilarityFunction similarity) throws IOException {
    writeData(similarity);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Map<String, RecallRow> rows =
        run(Integer.MAX_VALUE, "^tiny$", printed).stream()
            .collect(Collectors.toMap(RecallRow::formatName, Function.identity()));
    String table = printed.toString(StandardCharsets.UTF_8);
    assertEquals(
        RecallFormat.all(DIMENSION, similarity).stream()
            .map(RecallFormat::name)
            .collect(Collectors.toSet()),
        rows.keySet());
    for (RecallRow row : rows.values()) {
      assertTrue(table.contains(row.formatName()), table);
      assertTrue(row.recall().top50() >= row.recall().top20() - 1e-9, row.toString());
      assertTrue(row.recall().top20() >= row.recall().codes() - 1e-9, row.toString());
      assertTrue(row.cost().indexSeconds() > 0, row.toString());
      assertTrue(row.cost().encodeSeconds() > 0, row.toString());
      // Half floats have no calibration and do not round queries.
      boolean calibrated = !row.formatName().equals(ours(Precision.FP16));
      boolean rounds = calibrated && row.format().lucene() == null;
      assertEquals(calibrated, row.cost().calibrationSeconds() > 0, row.toString());
      assertEquals(rounds, row.cost().calibrationBytes() > DIMENSION * Float.BYTES);
      assertEquals(rounds, row.recall().exactQuery() > .1, row.toString());
      assertEquals(rounds, row.recall().query8() > .1, row.toString());
      assertEquals(rounds, row.recall().query6() > .1, row.toString());
      assertEquals(rounds, row.recall().query4() > .1, row.toString());
    }
    assertTrue(rows.get(ours(Precision.FP16)).recall().codes() > .99, table);
    assertTrue(rows.get(ours(Precision.INT8)).recall().codes() > .9, table);
    assertEquals(2 * DIMENSION, rows.get(ours(Precision.FP16)).bytesPerVector());
    assertEquals(DIMENSION + 8, rows.get(ours(Precision.INT8)).bytesPerVector());
    assertEquals(DIMENSION / 8 + 16, rows.get("lucene 1 bit").bytesPerVector());
    for (int bits : new int[] {1, 2, 4}) {
      assertEquals(
          rows.get("lucene " + bits + " bit").bytesPerVector(),
          rows.get("quantvec bytes of lucene " + bits + " bit").bytesPerVector());
    }
    assertTrue(table.contains("of Lucene's 5 encodings"), table);
    assertFalse(table.contains("larger"), table);
  }

  @Test
  void queriesOfTheUsualBitsFindTheUsual() throws IOException {
    writeData(VectorSimilarityFunction.COSINE);
    for (RecallRow row : run(Integer.MAX_VALUE, "^tiny$", new ByteArrayOutputStream())) {
      if (!Double.isNaN(row.recall().exactQuery())) {
        // Two hits of all queries.
        assertEquals(row.recall().exactQuery(), row.recall().codes(), .041, row.toString());
      }
      switch (row.formatName()) {
        case "quantvec int4 uniform", "quantvec binary", "quantvec int2" ->
            assertEquals(row.recall().codes(), row.recall().query8());
        default -> {}
      }
    }
  }

  private static String ours(Precision precision) {
    return "quantvec " + precision.label();
  }

  @Test
  void aPartOfTheVectorsHasItsOwnTruth() throws IOException {
    writeData(VectorSimilarityFunction.COSINE);
    List<RecallRow> rows = run(VECTORS / 2, "^tiny$", new ByteArrayOutputStream());
    RecallRow halves =
        rows.stream().filter(row -> row.formatName().equals(ours(Precision.FP16))).findAny().get();
    assertTrue(halves.recall().codes() > .99, halves.toString());
  }

  @Test
  void aSetForCosineHasASecondOneOfSpreadNorms() throws IOException {
    writeData(VectorSimilarityFunction.COSINE);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<RecallRow> rows = run(Integer.MAX_VALUE, "inner product", printed);
    String name = "tiny, inner product, norms 1 to 10";
    assertTrue(
        printed
            .toString(StandardCharsets.UTF_8)
            .contains(name + ": 300 x 48, maximum_inner_product, 5 queries"));
    for (RecallRow row : rows) {
      assertEquals(name, row.dataSet());
    }
    assertEquals(0, run(Integer.MAX_VALUE, "cosine", printed).size());
    writeData(VectorSimilarityFunction.EUCLIDEAN);
    assertEquals(0, run(Integer.MAX_VALUE, "inner product", printed).size());
  }
}
