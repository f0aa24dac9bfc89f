/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.DefaultRescoring;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.query.CandidateRescoring;
import io.quantvec.codec.score.DecodedCodes;
import io.quantvec.codec.score.QueryRounding;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.VectorUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The recall that rounding the query costs, compared with an exact query on the same codes, for
 * data with different spectra. Tests some cases, or with {@code -Dtests.full.matrix=true} the whole
 * grid: 672 cells of a few seconds each. {@code -Dtests.spectra.dimensions=64,384} and {@code
 * -Dtests.spectra.data=DOMINANT,FAR} run parts of the grid.
 */
class SkewedSpectraTest {

  private static final boolean FULL = Boolean.getBoolean("tests.full.matrix");
  private static final int VECTORS = FULL ? 5_000 : 1_300;
  private static final int QUERIES = FULL ? 2_000 : 60;
  private static final int K = 10;

  /** Dimensions of the grid, to run parts of it. */
  private static final String DIMENSIONS =
      System.getProperty("tests.spectra.dimensions", "64,384,784");

  /** Names of {@link SpectrumData} to run; all if empty. */
  private static final String DATA = System.getProperty("tests.spectra.data", "");

  /** Maximum loss of recall@10 by rounding the query. */
  private static final double ALLOWED = .005;

  /** Standard errors of a one-sided 95 % bound. */
  private static final double ONE_IN_TWENTY = 1.645;

  @TempDir Path folder;

  static Stream<Arguments> cells() {
    if (!FULL) {
      return Stream.of(
          cell("int2", SpectrumData.LINEAR, 384, VectorSimilarityFunction.EUCLIDEAN),
          cell("binary", SpectrumData.STEEP, 384, VectorSimilarityFunction.COSINE),
          cell("int4", SpectrumData.STEEPEST, 64, VectorSimilarityFunction.DOT_PRODUCT),
          cell("ternary", SpectrumData.DOMINANT, 64, VectorSimilarityFunction.EUCLIDEAN),
          cell("7", SpectrumData.OUTLIERS, 64, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT),
          cell("int2", SpectrumData.PIXELS, 64, VectorSimilarityFunction.EUCLIDEAN),
          cell("5", SpectrumData.FAR, 64, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT),
          cell("int4", SpectrumData.GENTLE, 64, VectorSimilarityFunction.COSINE),
          cell("int8", SpectrumData.OUTLIERS, 64, VectorSimilarityFunction.EUCLIDEAN));
    }
    List<Arguments> cells = new ArrayList<>();
    SpectrumData[] all =
        DATA.isEmpty()
            ? SpectrumData.values()
            : Arrays.stream(DATA.split(","))
                .map(SpectrumData::valueOf)
                .toArray(SpectrumData[]::new);
    for (String dimension : DIMENSIONS.split(",")) {
      for (SpectrumData data : all) {
        for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
          for (String precision : List.of("binary", "ternary", "int2", "int4", "5", "7", "int8")) {
            cells.add(cell(precision, data, Integer.parseInt(dimension), similarity));
          }
        }
      }
    }
    return cells.stream();
  }

  private static Arguments cell(
      String precision, SpectrumData data, int dimension, VectorSimilarityFunction similarity) {
    return Arguments.of(precision, data, dimension, similarity);
  }

  private static QuantizationConfig config(String precision) {
    return (Character.isDigit(precision.charAt(0))
            ? QuantizationConfig.ofBits(Double.parseDouble(precision), Allocation.MIXED)
            : new QuantizationConfig(Precision.fromLabel(precision)))
        .withRerank(RerankPrecision.FP32);
  }

  /** Vectors, queries, and the true nearest neighbors of each query, computed on first use. */
  private record DataSet(
      SpectrumData data,
      int dimension,
      VectorSimilarityFunction similarity,
      float[][] vectors,
      float[][] queries,
      List<Set<Integer>> truths) {

    static DataSet of(SpectrumData data, int dimension, VectorSimilarityFunction similarity) {
      float[][] vectors = vectors(data, dimension, similarity, VECTORS, 1);
      float[][] queries = vectors(data, dimension, similarity, QUERIES, 2);
      return new DataSet(data, dimension, similarity, vectors, queries, new ArrayList<>());
    }

    private static float[][] vectors(
        SpectrumData data,
        int dimension,
        VectorSimilarityFunction similarity,
        int count,
        long seed) {
      float[][] vectors = data.vectors(dimension, count, seed);
      if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
        Arrays.setAll(vectors, i -> VectorMath.normalized(vectors[i]));
      }
      return vectors;
    }

    boolean isOf(SpectrumData data, int dimension, VectorSimilarityFunction similarity) {
      return this.data == data && this.dimension == dimension && this.similarity == similarity;
    }

    /**
     * True neighbors, which do not depend on the precision, because the rerank copy is the same.
     */
    Set<Integer> truth(int query, QuantizedFloatVectorValues values) throws IOException {
      if (query == truths.size()) {
        truths.add(
            docs(best(IndexFixtures.bulkScores(values.rescorer(queries[query]), VECTORS), K)));
      }
      return truths.get(query);
    }
  }

  /** Keeps one data set, because the grid uses one after the other. */
  private static DataSet last;

  private static DataSet dataSet(
      SpectrumData data, int dimension, VectorSimilarityFunction similarity) {
    if (last == null || !last.isOf(data, dimension, similarity)) {
      last = DataSet.of(data, dimension, similarity);
    }
    return last;
  }

  @AfterAll
  static void forget() {
    last = null;
  }

  @ParameterizedTest
  @MethodSource("cells")
  void roundingTheQueryCostsAlmostNoRecall(
      String precision, SpectrumData data, int dimension, VectorSimilarityFunction similarity)
      throws IOException {
    QuantizationConfig config = config(precision);
    DataSet set = dataSet(data, dimension, similarity);
    int candidates = DefaultRescoring.candidatesIfAny(config, dimension, false, K);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, similarity, set.vectors());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        DecodedCodes decoded =
            new DecodedCodes(
                values.field().space().calibrated().orElseThrow(),
                similarity,
                IndexFixtures.codes(reader.leaves().get(0)));
        expectExact(set, values, decoded, set.queries()[0]);
        Loss full = new Loss("the full query");
        Loss coarse = new Loss("the coarse query, after rescoring");
        Loss more = new Loss("rescoring more candidates");
        Loss rescoring = new Loss("rescoring");
        for (int i = 0; i < QUERIES; i++) {
          float[] query = set.queries()[i];
          Set<Integer> truth = set.truth(i, values);
          ScoreDoc[] exact = best(decoded.scores(query), candidates);
          ScoreDoc[] found =
              best(
                  IndexFixtures.bulkScores(values.candidateScorer(query), VECTORS), 2 * candidates);
          double byCodes =
              found(truth, best(IndexFixtures.bulkScores(values.scorer(query), VECTORS), K), K);
          double rescored = rescored(values, query, truth, found, candidates);
          full.add(found(truth, exact, K) - byCodes);
          coarse.add(found(truth, exact, candidates) - rescored);
          more.add(rescored - rescored(values, query, truth, found, 2 * candidates));
          rescoring.add(byCodes - rescored);
        }
        full.expectAtMost(ALLOWED);
        coarse.expectAtMost(ALLOWED);
        // The errors of the first candidates determine where rescoring ends, which can be slightly
        // too early.
        more.expectAtMost(ALLOWED / 5);
        rescoring.expectAtMost(ALLOWED / 5);
      }
    }
  }

  private static double rescored(
      QuantizedFloatVectorValues values,
      float[] query,
      Set<Integer> truth,
      ScoreDoc[] found,
      int candidates)
      throws IOException {
    ScoreDoc[] some =
        Arrays.stream(found)
            .limit(candidates)
            .map(hit -> new ScoreDoc(hit.doc, hit.score))
            .toArray(ScoreDoc[]::new);
    ScoreDoc[] best =
        CandidateRescoring.best(
            some,
            K,
            round -> {
              float[] scores =
                  values.rescore(query, Arrays.stream(round).mapToInt(hit -> hit.doc).toArray());
              for (int i = 0; i < scores.length; i++) {
                round[i].score = scores[i];
              }
              return round;
            });
    return found(truth, best, K);
  }

  private static double found(Set<Integer> truth, ScoreDoc[] hits, int count) {
    return Arrays.stream(hits).limit(count).filter(hit -> truth.contains(hit.doc)).count()
        / (double) K;
  }

  private static Set<Integer> docs(ScoreDoc[] hits) {
    return Arrays.stream(hits).map(hit -> hit.doc).collect(Collectors.toSet());
  }

  private static void expectExact(
      DataSet set, QuantizedFloatVectorValues values, DecodedCodes decoded, float[] query)
      throws IOException {
    float[] expected = IndexFixtures.bulkScores(values.scorer(query, QueryRounding.NONE), VECTORS);
    float[] scores = decoded.scores(query);
    for (int i = 0; i < scores.length; i++) {
      float tolerance = 1e-3f * expected[i];
      if (set.similarity() == VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT) {
        // Floats round an inner product near zero by the size of its summands.
        tolerance += (float) (1e-6 * norm(query) * norm(set.vectors()[i]));
      }
      assertEquals(expected[i], scores[i], tolerance, "vector " + i);
    }
  }

  private static double norm(float[] vector) {
    return Math.sqrt(VectorUtil.dotProduct(vector, vector));
  }

  /** The highest scores; ties are ordered by document. */
  private static ScoreDoc[] best(float[] scores, int count) {
    long[] order = new long[scores.length];
    for (int doc = 0; doc < order.length; doc++) {
      // Scores are not negative, so their bits have the order of their values.
      order[doc] = (long) -Float.floatToIntBits(scores[doc]) << Integer.SIZE | doc;
    }
    Arrays.sort(order);
    ScoreDoc[] best = new ScoreDoc[Math.min(count, order.length)];
    for (int i = 0; i < best.length; i++) {
      int doc = (int) order[i];
      best[i] = new ScoreDoc(doc, scores[doc]);
    }
    return best;
  }

  /** Differences of recall per query. */
  private static final class Loss {

    private final String name;
    private final List<Double> losses = new ArrayList<>();

    Loss(String name) {
      this.name = name;
    }

    void add(double loss) {
      losses.add(loss);
    }

    /**
     * Checks the mean loss. With many queries, random errors must not hide a loss; with few, they
     * must not cause one.
     */
    void expectAtMost(double allowed) {
      double mean = losses.stream().mapToDouble(x -> x).average().orElseThrow();
      double variance =
          losses.stream().mapToDouble(x -> (x - mean) * (x - mean)).average().orElseThrow();
      double chance = ONE_IN_TWENTY * Math.sqrt(variance / losses.size());
      assertTrue(
          FULL ? mean + chance <= allowed : mean - chance <= allowed,
          name + " loses " + mean + " +- " + chance + ", at most ");
    }
  }
}
