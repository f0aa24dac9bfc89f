/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.transform.VectorMath;
import io.quantvec.codec.write.InheritedCalibrations;
import io.quantvec.codec.write.WriteContext;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScoreErrorsTest {

  private static final int COUNT = 1_500;
  private static final int DIMENSION = 64;

  @TempDir private Path folder;

  private void write(QuantizationConfig config, VectorSimilarityFunction similarity, float[]... all)
      throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, IndexFixtures.config(config), similarity, 0, all);
    }
  }

  private ScoreErrors measure() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      return QuantizedVectorValues.of(reader.leaves().get(0).reader(), "v").measureScoreErrors();
    }
  }

  /** Flips bits of codes in the whole file, except for its header and footer, which stay valid. */
  private void corruptCodes() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.qvc")) {
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 128; i < bytes.length - 128; i += 5) {
          bytes[i] ^= 0x55;
        }
        Files.write(file, bytes);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"INT8", "INT4", "INT2", "BINARY", "TERNARY"})
  void errorsAreMeasuredAndNotCached(Precision precision) throws IOException {
    float[][] vectors = VectorFixtures.clustered(COUNT, DIMENSION, 5);
    write(new QuantizationConfig(precision), VectorSimilarityFunction.COSINE, vectors);
    ScoreErrors before = measure();
    float storedErrors = storedErrors();
    assertEquals(before.rootMeanSquare(), measure().rootMeanSquare());
    corruptCodes();
    ScoreErrors after = measure();
    assertTrue(
        after.rootMeanSquare() > 1.5 * before.rootMeanSquare(),
        before.rootMeanSquare() + " became " + after.rootMeanSquare());
    // The errors that were stored with the segment do not change.
    assertEquals(storedErrors, storedErrors());
    assertEquals(before.meanSquareSpread(), after.meanSquareSpread(), 1e-9);
  }

  private float storedErrors() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      return IndexFixtures.quantization(reader, 0).fit().liveError();
    }
  }

  @ParameterizedTest
  @EnumSource(VectorSimilarityFunction.class)
  void errorsAreThoseOfAllPairs(VectorSimilarityFunction similarity) throws IOException {
    float[][] vectors = VectorFixtures.clustered(COUNT, DIMENSION, 5);
    if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = VectorMath.normalized(vectors[i]);
      }
    }
    write(new QuantizationConfig(Precision.BINARY), similarity, vectors);
    double squares = 0;
    int pairs = 0;
    try (Directory directory = IndexFixtures.directory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      LeafReader leaf = reader.leaves().get(0).reader();
      for (int query = 0; query < COUNT; query += 7) {
        List<Float> estimates = scores(leaf.getFloatVectorValues("v").scorer(vectors[query]));
        List<Float> exact = scores(leaf.getFloatVectorValues("v").rescorer(vectors[query]));
        for (int doc = 0; doc < COUNT; doc++) {
          double error = estimates.get(doc) - exact.get(doc);
          squares += doc == query ? 0 : error * error;
        }
        pairs += COUNT - 1;
      }
    }
    double all = Math.sqrt(squares / pairs);
    double some = measure().rootMeanSquare();
    assertTrue(some > 0.6 * all && some < 1.6 * all, some + " of " + all);
  }

  private static List<Float> scores(VectorScorer scorer) throws IOException {
    List<Float> scores = new ArrayList<>();
    DocIdSetIterator docs = scorer.iterator();
    while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      scores.add(scorer.score());
    }
    return scores;
  }

  @Test
  void errorsOfTwoVectorsAndOfOne() throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.INT8);
    write(config, VectorSimilarityFunction.EUCLIDEAN, new float[] {1, 2}, new float[] {3, -1});
    ScoreErrors two = measure();
    assertEquals(2, two.errors().length);
    assertFalse(Double.isNaN(two.rootMeanSquare()));
    folder = folder.resolve("one");
    write(config, VectorSimilarityFunction.EUCLIDEAN, new float[] {1, 2});
    assertEquals(0, measure().errors().length);
  }

  @Test
  void errorsNeedARerankCopy() throws IOException {
    write(
        new QuantizationConfig(Precision.INT8).withRerank(RerankPrecision.NONE),
        VectorSimilarityFunction.EUCLIDEAN,
        new float[] {1, 2},
        new float[] {3, -1});
    assertNull(measure());
  }

  @Test
  void codesAreReadCompletelyUnlessStopped() throws IOException {
    float[][] vectors = VectorFixtures.clustered(COUNT, DIMENSION, 5);
    write(new QuantizationConfig(Precision.INT8), VectorSimilarityFunction.EUCLIDEAN, vectors);
    try (Directory directory = IndexFixtures.directory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      LeafReader leaf = reader.leaves().get(0).reader();
      QuantizedVectorValues values = QuantizedVectorValues.of(leaf, "v");
      assertEquals((long) COUNT * values.quantization().codeBytes(), values.readCodes(() -> true));
      assertEquals(0, values.readCodes(() -> false));
    }
  }

  @Test
  void writersReportWhatTheyWrote() throws IOException {
    List<String> heard = new ArrayList<>();
    QuantizedFlatVectorsFormat format =
        new QuantizedFlatVectorsFormat(
            new QuantizationConfig(Precision.BINARY),
            new WriteContext(
                (directory, field, written, merge) ->
                    heard.add(
                        field
                            + (merge ? " merged " : " flushed ")
                            + written.vectors()
                            + " "
                            + written.provenance().origin()
                            + " "
                            + written.provenance().reason()
                            + " "
                            + written.provenance().copied()),
                new InheritedCalibrations()));
    float[][] vectors = VectorFixtures.clustered(COUNT, DIMENSION, 5);
    try (Directory directory = IndexFixtures.directory(folder)) {
      VectorSimilarityFunction euclidean = VectorSimilarityFunction.EUCLIDEAN;
      IndexFixtures.addSegment(directory, IndexFixtures.config(format), euclidean, 0, vectors);
      // So few additional vectors that the merge does not recalibrate.
      float[][] few = Arrays.copyOf(vectors, COUNT / 3);
      IndexFixtures.addSegment(directory, IndexFixtures.config(format), euclidean, COUNT, few);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format));
    }
    assertEquals(
        List.of(
            "v flushed 1500 LEARNED FIRST 0",
            "v flushed 500 INHERITED FITS 0",
            "v merged 2000 COPIED FITS 2000"),
        heard);
  }
}
