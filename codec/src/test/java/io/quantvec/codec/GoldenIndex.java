/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationFixtures;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.util.Bits;

/**
 * A small index that is stored with the tests: its content, and the expected results of reading it.
 *
 * @param name name of its files
 * @param config how its vectors are written
 * @param vectors number of vectors
 * @param life operations on its segments
 */
record GoldenIndex(
    String name,
    QuantizationConfig config,
    VectorSimilarityFunction similarity,
    int dimension,
    int vectors,
    Life life) {

  /** Number of queries whose scores are stored. */
  public static final int QUERIES = 3;

  /** Operations on the segments. */
  public enum Life {
    /** Two segments, of which the second can inherit the first one's calibration. */
    FLUSHED,
    /** Two segments are merged into one. */
    MERGED,
    /** Two segments are merged into one with a graph. */
    GRAPH,
    /**
     * A sorted and sparse index: two segments are merged after deletes, and a third segment has
     * deletes.
     */
    EVENTFUL
  }

  private static final VectorSimilarityFunction EUCLIDEAN = VectorSimilarityFunction.EUCLIDEAN;
  private static final VectorSimilarityFunction DOT = VectorSimilarityFunction.DOT_PRODUCT;
  private static final VectorSimilarityFunction COSINE = VectorSimilarityFunction.COSINE;
  private static final VectorSimilarityFunction MAXIMUM =
      VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;

  /**
   * The golden indexes of a version of the format. The list of a released version never changes. A
   * new version gets its own list here, from which {@link GoldenIndexTool} writes the indexes.
   */
  public static List<GoldenIndex> all(int version) {
    return switch (version) {
      case 0 -> ofVersion0();
      default ->
          throw new IllegalArgumentException(
              "version "
                  + version
                  + " of the format has no golden indexes, add them to this method");
    };
  }

  /** Every precision, allocation, rerank copy, source of calibrations and life. */
  private static List<GoldenIndex> ofVersion0() {
    List<GoldenIndex> all = new ArrayList<>();
    all.add(of("fp16", Precision.FP16, Allocation.MIXED, COSINE, 7, 20, Life.MERGED));
    all.add(of("int8", Precision.INT8, Allocation.MIXED, EUCLIDEAN, 10, 30, Life.MERGED));
    all.add(of("int4-mixed", Precision.INT4, Allocation.MIXED, COSINE, 32, 130, Life.FLUSHED));
    all.add(of("int2-mixed", Precision.INT2, Allocation.MIXED, EUCLIDEAN, 32, 130, Life.MERGED));
    all.add(
        of("ternary-mixed", Precision.TERNARY, Allocation.MIXED, MAXIMUM, 32, 130, Life.MERGED));
    all.add(of("binary-mixed", Precision.BINARY, Allocation.MIXED, COSINE, 33, 130, Life.MERGED));
    all.add(of("int4-uniform", Precision.INT4, Allocation.UNIFORM, DOT, 21, 30, Life.MERGED));
    all.add(of("int2-uniform", Precision.INT2, Allocation.UNIFORM, COSINE, 21, 30, Life.FLUSHED));
    all.add(
        of("binary-uniform", Precision.BINARY, Allocation.UNIFORM, MAXIMUM, 21, 30, Life.MERGED));
    all.add(of("graph", Precision.INT8, Allocation.MIXED, COSINE, 12, 60, Life.GRAPH));
    all.add(of("eventful", Precision.INT4, Allocation.UNIFORM, EUCLIDEAN, 21, 60, Life.EVENTFUL));
    addCopies(all);
    addBudgets(all);
    addCalibrations(all);
    return all;
  }

  private static void addCopies(List<GoldenIndex> all) {
    QuantizationConfig binary = new QuantizationConfig(Precision.BINARY);
    QuantizationConfig int4 = new QuantizationConfig(Precision.INT4);
    QuantizationConfig int8 = binary.withRerank(RerankPrecision.INT8);
    all.add(new GoldenIndex("rerank-int8-cosine", int8, COSINE, 33, 130, Life.MERGED));
    all.add(new GoldenIndex("rerank-int8", int8, EUCLIDEAN, 21, 60, Life.EVENTFUL));
    QuantizationConfig fp16 = int4.withRerank(RerankPrecision.FP16);
    all.add(new GoldenIndex("rerank-fp16-cosine", fp16, COSINE, 12, 60, Life.GRAPH));
    all.add(new GoldenIndex("rerank-fp16", fp16, DOT, 9, 30, Life.MERGED));
    QuantizationConfig none = int4.withRerank(RerankPrecision.NONE);
    all.add(new GoldenIndex("rerank-none-cosine", none, COSINE, 32, 130, Life.MERGED));
    all.add(new GoldenIndex("rerank-none", none, MAXIMUM, 21, 60, Life.EVENTFUL));
    QuantizationConfig halves =
        new QuantizationConfig(Precision.FP16).withRerank(RerankPrecision.FP16);
    all.add(new GoldenIndex("rerank-none-fp16", halves, COSINE, 7, 20, Life.MERGED));
  }

  private static void addBudgets(List<GoldenIndex> all) {
    for (double bits : new double[] {.5, 5.3}) {
      QuantizationConfig config = QuantizationConfig.ofBits(bits, Allocation.MIXED);
      all.add(new GoldenIndex("bits" + bits + "-mixed", config, DOT, 32, 130, Life.MERGED));
    }
    QuantizationConfig uniform = QuantizationConfig.ofBits(1.5, Allocation.UNIFORM);
    all.add(new GoldenIndex("bits1.5-uniform", uniform, EUCLIDEAN, 21, 30, Life.MERGED));
    // Neither of the first two segments has enough vectors to measure recall, but both together
    // have.
    QuantizationConfig auto = QuantizationConfig.auto(.97);
    all.add(new GoldenIndex("auto", auto, EUCLIDEAN, 6, 560, Life.MERGED));
    all.add(new GoldenIndex("auto-few", auto, COSINE, 12, 40, Life.FLUSHED));
  }

  private static void addCalibrations(List<GoldenIndex> all) {
    QuantizationConfig int8 = new QuantizationConfig(Precision.INT8);
    QuantizationConfig int4 = new QuantizationConfig(Precision.INT4);
    QuantizationConfig minmax = int8.withCalibration(CalibrationConfig.dynamic(ScaleMethod.MINMAX));
    all.add(new GoldenIndex("int8-minmax", minmax, DOT, 10, 30, Life.MERGED));
    QuantizationConfig percentile = int4.withCalibration(CalibrationConfig.percentile(99));
    all.add(new GoldenIndex("int4-percentile", percentile, EUCLIDEAN, 10, 30, Life.MERGED));
    float[] min = new float[10];
    float[] max = new float[10];
    for (int d = 0; d < min.length; d++) {
      min[d] = -3 + d / 8f;
      max[d] = 4 - d / 4f;
    }
    all.add(
        new GoldenIndex(
            "ranges-int8", frozen(int8, ranges(min, max, 8)), COSINE, 10, 30, Life.MERGED));
    all.add(
        new GoldenIndex(
            "ranges-int4", frozen(int4, ranges(min, max, 4)), EUCLIDEAN, 10, 30, Life.MERGED));
    QuantizationConfig int2 = new QuantizationConfig(Precision.INT2);
    Calibration learned =
        CalibrationFixtures.mixed(2, new ArrayList<>(Arrays.asList(vectors(200, 32, 99))));
    all.add(new GoldenIndex("frozen-int2", frozen(int2, learned), MAXIMUM, 32, 20, Life.FLUSHED));
    QuantizationConfig bytes = input(Precision.INT8, FixedCalibrations.int8Input(24, .25f, 3));
    all.add(new GoldenIndex("input-int8", bytes, COSINE, 24, 30, Life.MERGED));
    QuantizationConfig bits = input(Precision.BINARY, FixedCalibrations.binaryInput(75, 0, 1));
    all.add(new GoldenIndex("input-binary", bits, EUCLIDEAN, 75, 30, Life.EVENTFUL));
  }

  private static GoldenIndex of(
      String name,
      Precision precision,
      Allocation allocation,
      VectorSimilarityFunction similarity,
      int dimension,
      int vectors,
      Life life) {
    return new GoldenIndex(
        name, new QuantizationConfig(precision, allocation), similarity, dimension, vectors, life);
  }

  private static Calibration ranges(float[] min, float[] max, int bits) {
    return FixedCalibrations.ranges(min, max, bits);
  }

  private static QuantizationConfig frozen(QuantizationConfig config, Calibration calibration) {
    return config.withCalibration(CalibrationConfig.frozen(calibration));
  }

  private static QuantizationConfig input(Precision precision, Calibration calibration) {
    return new QuantizationConfig(
        precision,
        precision.bits(),
        Allocation.UNIFORM,
        RerankPrecision.NONE,
        CalibrationConfig.frozen(calibration));
  }

  /**
   * Multiples of 1/16 whose variance falls from dimension to dimension, so that files compress
   * well.
   */
  private static float[][] vectors(int count, int dimension, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d++) {
        int width = 4 + 28 * (dimension - d) / dimension;
        vector[d] =
            (random.nextInt(-width, width + 1) + random.nextInt(-width, width + 1) + 5) / 16f;
      }
    }
    return vectors;
  }

  /** The index's vectors by id; null for documents without a vector. */
  float[][] vectorsById() {
    return prepared(vectors, 1);
  }

  float[][] queries() {
    return prepared(QUERIES, 2);
  }

  private float[][] prepared(int count, long seed) {
    float[][] prepared = vectors(count, dimension, seed);
    boolean input = config.calibration().isLossless();
    for (int i = 0; i < count; i++) {
      if (life == Life.EVENTFUL && seed == 1 && i % 5 == 2) {
        prepared[i] = null;
      } else if (input && config.precision() == Precision.BINARY) {
        for (int d = 0; d < dimension; d++) {
          prepared[i][d] = prepared[i][d] > 0 ? 1 : 0;
        }
      } else if (input) {
        for (int d = 0; d < dimension; d++) {
          // Bytes from -128 to 127 with a scale of 1/4 and a zero point of 3.
          prepared[i][d] = .25f * (Math.clamp(Math.round(prepared[i][d] * 40), -128, 127) - 3);
        }
      }
    }
    return prepared;
  }

  /**
   * The result of reading the index as lines of text: the quantization of each segment, and for
   * each live document its scores, and its vector if it differs from the indexed one.
   */
  List<String> describe(DirectoryReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    TreeMap<Integer, StringBuilder> scores = new TreeMap<>();
    TreeMap<Integer, StringBuilder> rescores = new TreeMap<>();
    TreeMap<Integer, StringBuilder> vectors = new TreeMap<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      SegmentField found = IndexFixtures.values(leaf).quantization();
      lines.add(
          String.join(
              " ",
              "segment",
              "vectors=" + found.vectors(),
              "code=" + found.codeBytes(),
              "copy=" + found.rerankCopy(),
              "rerank=" + found.rerankBytes(),
              "origin=" + found.provenance().origin(),
              "reason=" + found.provenance().reason(),
              "copied=" + found.provenance().copied(),
              "calibration=" + found.calibrationId(),
              "liveError=" + found.fit().liveError(),
              "clipRate=" + found.fit().clipRate(),
              "valueError=" + found.fit().valueError()));
      for (float[] query : queries()) {
        addScores(leaf, IndexFixtures.values(leaf).scorer(query), scores);
        if (!isExact()) {
          addScores(leaf, IndexFixtures.values(leaf).rescorer(query), rescores);
        }
      }
      if (!isExact()) {
        addVectors(leaf, vectors);
      }
    }
    scores.forEach((id, line) -> lines.add("scores " + id + line));
    rescores.forEach((id, line) -> lines.add("rescores " + id + line));
    vectors.forEach((id, line) -> lines.add("vector " + id + line));
    return lines;
  }

  /** Whether readers return the indexed vectors exactly. */
  boolean isExact() {
    return config.storedCopy() == RerankPrecision.FP32 || config.calibration().isLossless();
  }

  private static void addVectors(LeafReaderContext leaf, TreeMap<Integer, StringBuilder> vectors)
      throws IOException {
    int[] ids = IndexFixtures.ids(leaf);
    for (int ord = 0; ord < ids.length; ord++) {
      StringBuilder line = new StringBuilder();
      for (float component : IndexFixtures.values(leaf).vectorValue(ord)) {
        line.append(' ').append(component);
      }
      vectors.put(ids[ord], line);
    }
  }

  private static void addScores(
      LeafReaderContext leaf, VectorScorer scorer, TreeMap<Integer, StringBuilder> scores)
      throws IOException {
    Bits live = leaf.reader().getLiveDocs();
    NumericDocValues ids = leaf.reader().getNumericDocValues("id");
    DocIdSetIterator docs = scorer.iterator();
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      if (live == null || live.get(doc)) {
        ids.advanceExact(doc);
        scores
            .computeIfAbsent((int) ids.longValue(), id -> new StringBuilder())
            .append(' ')
            .append(scorer.score());
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
