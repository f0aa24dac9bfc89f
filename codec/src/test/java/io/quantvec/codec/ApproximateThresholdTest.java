/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.hnsw.FieldGraph;
import io.quantvec.codec.hnsw.GraphIndexes;
import io.quantvec.codec.hnsw.GraphParameters;
import io.quantvec.codec.search.CandidateSearchStrategy;
import io.quantvec.codec.segment.FieldBytes;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.write.MergeThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Segments with fewer vectors than the approximate threshold, and merges of and into such segments.
 */
class ApproximateThresholdTest {

  private static final int THRESHOLD = 200;
  private static final int DIMENSION = 32;

  /** Tolerance of scores: kernels can add floats in different orders. */
  private static final float TOLERANCE = 1e-6f;

  private static final QuantizationConfig INT4 = new QuantizationConfig(Precision.INT4);
  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;
  private static final float[][] QUERIES = VectorFixtures.clustered(20, DIMENSION, 2);

  @TempDir Path folder;

  private static KnnVectorsFormat format(QuantizationConfig config, int threshold) {
    return new QuantizedHnswVectorsFormat(config, 8, 40, 1, null, threshold);
  }

  private static KnnVectorsFormat format() {
    return format(INT4, THRESHOLD);
  }

  private static void add(Directory directory, KnnVectorsFormat format, int firstId, int count)
      throws IOException {
    IndexFixtures.addSegment(
        directory,
        IndexFixtures.config(format),
        SIMILARITY,
        firstId,
        VectorFixtures.clustered(count, DIMENSION, 1 + firstId));
  }

  /** The number of vectors in the graph. Checks that all ways to read it agree. */
  private static int graphSize(LeafReaderContext leaf) throws IOException {
    int size = GraphIndexes.graph(leaf, "v").size();
    assertEquals(size == 0, FieldGraph.isMissing(leaf.reader(), "v"));
    assertEquals(size == 0, FieldBytes.of(leaf.reader(), "v").graph() == 0);
    return size;
  }

  private static int graphSizeOfOnlySegment(Directory directory) throws IOException {
    IndexFixtures.expectClean(directory);
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(1, reader.leaves().size());
      LeafReaderContext leaf = reader.leaves().get(0);
      double recall = GraphIndexes.recall(leaf, QUERIES, 10, 50, null);
      assertTrue(recall > .97, "recall " + recall);
      return graphSize(leaf);
    }
  }

  @Test
  void segmentsFromTheThresholdUpHaveAGraph() {
    VectorEncoding floats = VectorEncoding.FLOAT32;
    GraphParameters parameters = new GraphParameters(16, 100, MergeThreads.ONE, THRESHOLD);
    assertFalse(parameters.wantsGraph(floats, 0));
    assertFalse(parameters.wantsGraph(floats, THRESHOLD - 1));
    assertTrue(parameters.wantsGraph(floats, THRESHOLD));
    GraphParameters always =
        new GraphParameters(16, 100, MergeThreads.ONE, QuantizedHnswVectorsFormat.ALWAYS_GRAPH);
    assertFalse(always.wantsGraph(floats, 0));
    assertTrue(always.wantsGraph(floats, 1));
    GraphParameters never =
        new GraphParameters(16, 100, MergeThreads.ONE, QuantizedHnswVectorsFormat.NEVER_GRAPH);
    assertFalse(never.wantsGraph(floats, Integer.MAX_VALUE));
  }

  /** The threshold counts codes, and byte vectors have none. */
  @Test
  void byteVectorsUseLucenesThreshold() {
    VectorEncoding bytes = VectorEncoding.BYTE;
    for (int threshold : new int[] {1, 100_000}) {
      GraphParameters parameters = new GraphParameters(16, 100, MergeThreads.ONE, threshold);
      assertFalse(parameters.wantsGraph(bytes, 0));
      assertFalse(parameters.wantsGraph(bytes, 600));
      assertTrue(parameters.wantsGraph(bytes, 700));
    }
    assertTrue(new GraphParameters(16, 100, MergeThreads.ONE, 0).wantsGraph(bytes, 1));
    assertFalse(new GraphParameters(16, 100, MergeThreads.ONE, -1).wantsGraph(bytes, 100_000));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, THRESHOLD - 1, THRESHOLD, THRESHOLD + 1})
  void flushBuildsAGraphFromTheThresholdUp(int count) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(), 0, count);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        int expected = count < THRESHOLD ? 0 : count;
        assertEquals(expected, graphSize(reader.leaves().get(0)));
      }
      IndexFixtures.expectClean(directory);
    }
  }

  @Test
  void alwaysAndNeverGraphIgnoreTheSize() throws IOException {
    for (int threshold :
        new int[] {
          QuantizedHnswVectorsFormat.ALWAYS_GRAPH, QuantizedHnswVectorsFormat.NEVER_GRAPH
        }) {
      boolean always = threshold == QuantizedHnswVectorsFormat.ALWAYS_GRAPH;
      try (Directory directory = IndexFixtures.directory(folder.resolve("t" + threshold))) {
        add(directory, format(INT4, threshold), 0, 30);
        assertEquals(always ? 30 : 0, graphSizeOfOnlySegment(directory));
        add(directory, format(INT4, threshold), 30, 400);
        IndexFixtures.forceMerge(directory, IndexFixtures.config(format(INT4, threshold)));
        assertEquals(always ? 430 : 0, graphSizeOfOnlySegment(directory));
      }
    }
  }

  @Test
  void mergeThatReachesTheThresholdBuildsAGraph() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(), 0, 90);
      add(directory, format(), 90, 90);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format()));
      assertEquals(0, graphSizeOfOnlySegment(directory));
      add(directory, format(), 180, 20);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format()));
      assertEquals(200, graphSizeOfOnlySegment(directory));
    }
  }

  /** The merge reuses the source's graph and inserts the other segments' vectors. */
  @Test
  void segmentsWithAndWithoutGraphsMerge() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(), 0, 50);
      add(directory, format(), 50, 1_000);
      add(directory, format(), 1_050, 150);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format()));
      assertEquals(1_200, graphSizeOfOnlySegment(directory));
    }
  }

  @Test
  void mergeBelowTheThresholdDropsTheGraph() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(), 0, 240);
      assertEquals(240, graphSizeOfOnlySegment(directory));
      try (IndexWriter writer =
          new IndexWriter(
              directory, IndexFixtures.config(format()).setMergePolicy(new LogDocMergePolicy()))) {
        for (int id = 0; id < 60; id++) {
          writer.deleteDocuments(new Term("key", Integer.toString(id)));
        }
        writer.forceMergeDeletes();
        writer.forceMerge(1);
      }
      assertEquals(0, graphSizeOfOnlySegment(directory));
    }
  }

  /**
   * Readers use the graph information in the file, so that they also work after the threshold
   * changes.
   */
  @Test
  void readersAcceptSegmentsOfAnotherThreshold() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(INT4, QuantizedHnswVectorsFormat.ALWAYS_GRAPH), 0, 120);
      add(directory, format(INT4, QuantizedHnswVectorsFormat.NEVER_GRAPH), 120, 700);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(120, graphSize(reader.leaves().get(0)));
        assertEquals(0, graphSize(reader.leaves().get(1)));
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format()));
      assertEquals(820, graphSizeOfOnlySegment(directory));
    }
  }

  /** Adds documents of which every second has no vector, and deletes some. */
  private static float[][] addSparse(Directory directory, QuantizationConfig config)
      throws IOException {
    float[][] vectors = VectorFixtures.clustered(180, DIMENSION, 5);
    try (IndexWriter writer =
        new IndexWriter(directory, IndexFixtures.config(format(config, THRESHOLD)))) {
      for (int i = 0; i < 2 * vectors.length; i++) {
        float[] vector = i % 2 == 0 ? vectors[i / 2] : null;
        writer.addDocument(IndexFixtures.document(i, vector, SIMILARITY));
      }
      writer.commit();
      for (int i = 0; i < 2 * vectors.length; i += 7) {
        writer.deleteDocuments(new Term("key", Integer.toString(i)));
      }
    }
    return vectors;
  }

  private static FixedBitSet filter(int docs, double share) {
    Random random = new Random(9);
    FixedBitSet filter = new FixedBitSet(docs);
    for (int doc = 0; doc < docs; doc++) {
      if (random.nextDouble() < share) {
        filter.set(doc);
      }
    }
    return filter;
  }

  /** The best scores of live documents that match a filter, best first. */
  private static float[] bestScores(
      LeafReaderContext leaf, VectorScorer scorer, int k, FixedBitSet filter) throws IOException {
    DocIdSetIterator docs = scorer.iterator();
    var live = leaf.reader().getLiveDocs();
    float[] scores = new float[leaf.reader().maxDoc()];
    int count = 0;
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      if (live.get(doc) && (filter == null || filter.get(doc))) {
        scores[count++] = -scorer.score();
      }
    }
    Arrays.sort(scores, 0, count);
    float[] best = new float[Math.min(k, count)];
    for (int i = 0; i < best.length; i++) {
      best[i] = -scores[i];
    }
    return best;
  }

  /**
   * The query is rounded as the strategy requires, and the strategy's other settings do not matter.
   */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BINARY", "INT4", "INT8", "FP16"})
  void scansUseFilterDeletesAndStrategy(Precision precision) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      QuantizationConfig config = new QuantizationConfig(precision);
      addSparse(directory, config);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        assertEquals(0, graphSize(leaf));
        QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
        boolean coarseDiffers = false;
        for (float[] query : QUERIES) {
          for (int k : new int[] {1, 10, 1_000}) {
            for (double share : new double[] {1, .5, .02, 0}) {
              FixedBitSet filter = share == 1 ? null : filter(leaf.reader().maxDoc(), share);
              float[] fine = bestScores(leaf, values.scorer(query), k, filter);
              float[] coarse = bestScores(leaf, values.candidateScorer(query), k, filter);
              coarseDiffers |= differ(fine, coarse);
              expect(leaf, query, k, filter, KnnSearchStrategy.Hnsw.DEFAULT, fine);
              expect(leaf, query, k, filter, new CandidateSearchStrategy(0), coarse);
              expect(leaf, query, k, filter, new CandidateSearchStrategy(100), coarse);
              KnnSearchStrategy seeded =
                  new KnnSearchStrategy.Seeded(
                      values.iterator(), 1, KnnSearchStrategy.Hnsw.DEFAULT);
              expect(leaf, query, k, filter, seeded, fine);
            }
          }
        }
        if (precision == Precision.BINARY || precision == Precision.INT4) {
          assertTrue(coarseDiffers, "expected different scores of the coarse and the full query");
        }
      }
    }
  }

  private static boolean differ(float[] scores, float[] others) {
    for (int i = 0; i < scores.length; i++) {
      if (Math.abs(scores[i] - others[i]) > TOLERANCE) {
        return true;
      }
    }
    return false;
  }

  private static void expect(
      LeafReaderContext leaf,
      float[] query,
      int k,
      FixedBitSet filter,
      KnnSearchStrategy strategy,
      float[] scores)
      throws IOException {
    KnnCollector collector = new TopKnnCollector(k, Integer.MAX_VALUE, strategy);
    ScoreDoc[] hits = GraphIndexes.search(leaf, query, collector, filter).topDocs().scoreDocs;
    assertArrayEquals(scores, GraphIndexes.scores(hits), TOLERANCE);
    for (ScoreDoc hit : hits) {
      assertTrue(leaf.reader().getLiveDocs().get(hit.doc));
      assertTrue(filter == null || filter.get(hit.doc));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 150, 199})
  void scansRespectVisitLimits(int limit) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(), 0, THRESHOLD - 1);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        for (FixedBitSet filter : new FixedBitSet[] {null, filter(THRESHOLD - 1, .9)}) {
          int matches = filter == null ? THRESHOLD - 1 : filter.cardinality();
          KnnCollector collector = new TopKnnCollector(10, limit);
          GraphIndexes.search(leaf, QUERIES[0], collector, filter);
          assertEquals(Math.min(limit, matches), collector.visitedCount());
          assertEquals(
              Math.min(10, Math.min(limit, matches)), collector.topDocs().scoreDocs.length);
          assertEquals(
              limit <= matches
                  ? TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO
                  : TotalHits.Relation.EQUAL_TO,
              collector.topDocs().totalHits.relation());
        }
      }
    }
  }

  /** The collector stops in the same way as with a timeout. */
  @Test
  void scansStopWhenTheCollectorTerminates() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(), 0, THRESHOLD - 1);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        KnnCollector collector =
            new KnnCollector.Decorator(new TopKnnCollector(10, Integer.MAX_VALUE)) {
              @Override
              public boolean earlyTerminated() {
                return visitedCount() > 0;
              }
            };
        GraphIndexes.search(reader.leaves().get(0), QUERIES[0], collector, null);
        assertTrue(collector.visitedCount() < THRESHOLD - 1, collector.visitedCount() + " visits");
        assertNotEquals(0, collector.visitedCount());
      }
    }
  }

  @Test
  void queriesOfAnotherDimensionAreRejected() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(), 0, 10);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        assertThrows(
            IllegalArgumentException.class,
            () -> GraphIndexes.search(leaf, new float[DIMENSION + 1], 10, null));
      }
    }
  }
}
