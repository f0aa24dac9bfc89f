/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.SpectrumData;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.query.CandidateRescoring;
import io.quantvec.codec.search.CandidateSearchStrategy;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares scans that reject codes in a first pass with scans that score all codes. */
class CodeScanTest {

  private static final int VECTORS = 3_000;
  private static final int QUERIES = 30;
  private static final int CANDIDATES = 40;

  /**
   * Tolerated number of lost candidates: the first pass rejects fewer than one candidate in a
   * thousand.
   */
  private static final double LOST = .001;

  private static final KnnSearchStrategy COARSE =
      new CandidateSearchStrategy(CandidateSearchStrategy.WITHOUT_FILTERED_SEARCH);

  @TempDir Path folder;

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    VectorSimilarityFunction[] similarities = VectorSimilarityFunction.values();
    int next = 0;
    for (SpectrumData data : SpectrumData.values()) {
      for (String precision : List.of("binary", "ternary", "int2", "5")) {
        cells.add(Arguments.of(precision, data, similarities[next++ % similarities.length]));
      }
      // Each combination of data and similarity has another precision.
      next++;
    }
    return cells.stream();
  }

  private static QuantizationConfig config(String precision) {
    return Character.isDigit(precision.charAt(0))
        ? QuantizationConfig.ofBits(Double.parseDouble(precision), Allocation.MIXED)
        : new QuantizationConfig(Precision.fromLabel(precision));
  }

  private static float[][] vectors(
      SpectrumData data, VectorSimilarityFunction similarity, int count, long seed) {
    float[][] vectors = data.vectors(96, count, seed);
    if (similarity == VectorSimilarityFunction.COSINE) {
      // Sparse data can contain zero vectors.
      for (float[] vector : vectors) {
        vector[0] += 1e-3f;
      }
    } else if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
      Arrays.setAll(vectors, i -> VectorMath.normalized(vectors[i]));
    }
    return vectors;
  }

  private static ScoreDoc[] scan(
      QuantizedFloatVectorValues values, float[] query, Bits accepted, KnnSearchStrategy strategy)
      throws IOException {
    TopKnnCollector collector = new TopKnnCollector(CANDIDATES, Integer.MAX_VALUE, strategy);
    values.searchCodes(query, collector, AcceptDocs.fromLiveDocs(accepted, VECTORS));
    return collector.topDocs().scoreDocs;
  }

  private static List<ScoreDoc> best(VectorScorer scorer, Bits accepted) throws IOException {
    List<ScoreDoc> all = new ArrayList<>();
    DocIdSetIterator docs = scorer.iterator();
    for (int doc = docs.nextDoc(); doc < VECTORS; doc = docs.nextDoc()) {
      if (accepted == null || accepted.get(doc)) {
        all.add(new ScoreDoc(doc, scorer.score()));
      }
    }
    all.sort(CandidateRescoring.BEST_FIRST);
    return all.subList(0, CANDIDATES);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void findsTheSameAsAScanOfAllCodes(
      String precision, SpectrumData data, VectorSimilarityFunction similarity) throws IOException {
    float[][] queries = vectors(data, similarity, QUERIES, 2);
    FixedBitSet some = new FixedBitSet(VECTORS);
    for (int doc = 0; doc < VECTORS; doc += 3) {
      some.set(doc);
    }
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, config(precision), similarity, vectors(data, similarity, VECTORS, 1));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertTrue(values.codesAreBits());
        int lost = 0;
        for (float[] query : queries) {
          lost += lost(best(values.scorer(query), null), scan(values, query, null, null));
          lost +=
              lost(best(values.candidateScorer(query), some), scan(values, query, some, COARSE));
        }
        assertTrue(lost <= LOST * 2 * QUERIES * CANDIDATES + 1, lost + " candidates were lost");
      }
    }
  }

  /**
   * The number of candidates that are not found. Checks that the others have the same scores up to
   * rounding.
   */
  private static int lost(List<ScoreDoc> expected, ScoreDoc[] found) {
    assertEquals(CANDIDATES, found.length);
    int lost = 0;
    for (ScoreDoc hit : expected) {
      lost += Arrays.stream(found).noneMatch(same -> same.score == hit.score) ? 1 : 0;
    }
    return lost;
  }

  /** A collector that already has its candidates causes fewer scores than there are codes. */
  @Test
  void readsAllCodesAndStopsOnRequest() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.COSINE;
    float[][] vectors = vectors(SpectrumData.GENTLE, similarity, VECTORS, 1);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config("binary"), similarity, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        for (int limit : new int[] {1, 63, 64, 65, 500, VECTORS - 1, VECTORS, VECTORS + 1}) {
          TopKnnCollector collector = new TopKnnCollector(10, limit, COARSE);
          values.searchCodes(vectors[7], collector, AcceptDocs.fromLiveDocs(null, VECTORS));
          assertEquals(Math.min(limit, VECTORS), collector.visitedCount());
        }
      }
    }
  }
}
