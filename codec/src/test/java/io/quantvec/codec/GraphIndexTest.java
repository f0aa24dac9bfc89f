/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.graph.GraphBuilder;
import io.quantvec.codec.graph.HeapGraph;
import io.quantvec.codec.hnsw.GraphIndexes;
import io.quantvec.codec.records.FloatKernel;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.QuantizedVectorsScorer;
import io.quantvec.codec.write.MergeThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Graphs of indexes with several fields, documents without vectors, deletes, sorting, nested
 * documents and merges.
 */
class GraphIndexTest {

  private static final int DIMENSION = 24;
  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;
  private static final QuantizationConfig INT8 = new QuantizationConfig(Precision.INT8);
  private static final float[][] QUERIES = VectorFixtures.clustered(60, DIMENSION, 2);

  @TempDir Path folder;

  private static void expectSame(HeapGraph expected, HnswGraph read) throws IOException {
    assertEquals(expected.size(), read.size());
    assertEquals(expected.topLevel() + 1, read.numLevels());
    int[] links = new int[expected.maxNeighbors()];
    for (int node = 0; node < expected.size(); node++) {
      for (int level = 0; level <= expected.level(node); level++) {
        int count = expected.neighbors(level, node, links);
        Arrays.sort(links, 0, count);
        read.seek(level, node);
        for (int i = 0; i < count; i++) {
          assertEquals(links[i], read.nextNeighbor());
        }
        assertEquals(DocIdSetIterator.NO_MORE_DOCS, read.nextNeighbor());
      }
    }
  }

  /** One segment with fields of floats, of bytes, without vectors and without a graph. */
  @Test
  void flushedGraphsEqualThoseOfTheBuilder() throws IOException {
    float[][] vectors = VectorFixtures.clustered(1_200, DIMENSION, 1);
    Random random = new Random(3);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexWriterConfig config =
          IndexFixtures.config(new QuantizedHnswVectorsFormat(INT8, 8, 40, 1, null, 1_000));
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int i = 0; i < vectors.length; i++) {
          Document document = IndexFixtures.document(i, vectors[i], SIMILARITY);
          byte[] bytes = new byte[10];
          random.nextBytes(bytes);
          if (i % 3 > 0) {
            document.add(new KnnByteVectorField("bytes", bytes, SIMILARITY));
          }
          if (i < 20) {
            document.add(new KnnFloatVectorField("few", new float[] {i, 1}, SIMILARITY));
          }
          writer.addDocument(document);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        QuantizedFloatVectorValues floats = IndexFixtures.values(leaf);
        RandomVectorScorerSupplier scorers =
            QuantizedVectorsScorer.INSTANCE.getRandomVectorScorerSupplier(SIMILARITY, floats);
        expectSame(
            new GraphBuilder(scorers, floats.size(), 8, 40).build(), GraphIndexes.graph(leaf, "v"));
        var bytes = leaf.reader().getByteVectorValues("bytes");
        scorers = FloatKernel.SCORER.getRandomVectorScorerSupplier(SIMILARITY, bytes);
        expectSame(
            new GraphBuilder(scorers, bytes.size(), 8, 40).build(),
            GraphIndexes.graph(leaf, "bytes"));
        // Too few vectors for a graph, so all of them are compared.
        assertEquals(0, GraphIndexes.graph(leaf, "few").size());
        TopKnnCollector collector = new TopKnnCollector(3, Integer.MAX_VALUE);
        leaf.reader()
            .searchNearestVectors(
                "few", new float[] {7, 1}, collector, GraphIndexes.accept(leaf, null));
        assertEquals(7, collector.topDocs().scoreDocs[0].doc);
        expectBytesFound(leaf);
      }
      IndexFixtures.expectClean(directory);
    }
  }

  private static void expectBytesFound(LeafReaderContext leaf) throws IOException {
    var values = leaf.reader().getByteVectorValues("bytes");
    AcceptDocs all = GraphIndexes.accept(leaf, null);
    for (int ord = 0; ord < values.size(); ord += 50) {
      TopKnnCollector collector = new TopKnnCollector(20, Integer.MAX_VALUE);
      leaf.reader().searchNearestVectors("bytes", values.vectorValue(ord).clone(), collector, all);
      assertEquals(values.ordToDoc(ord), collector.topDocs().scoreDocs[0].doc);
    }
  }

  /** A field whose vectors are all deleted in a merge. */
  @Test
  void mergedFieldsWithoutVectorsHaveNoGraph() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      var format = IndexFixtures.hnsw(INT8);
      float[][] vectors = VectorFixtures.clustered(50, DIMENSION, 1);
      IndexFixtures.addSegment(directory, IndexFixtures.config(format), SIMILARITY, 0, vectors);
      IndexFixtures.addSegment(
          directory, IndexFixtures.config(format), SIMILARITY, 50, new float[10][]);
      delete(directory, IndexFixtures.config(format), 0, 50, 1);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(10, reader.numDocs());
        TopKnnCollector collector = new TopKnnCollector(5, Integer.MAX_VALUE);
        GraphIndexes.search(reader.leaves().get(0), QUERIES[0], collector, null);
        assertEquals(0, collector.topDocs().scoreDocs.length);
      }
      IndexFixtures.expectClean(directory);
    }
  }

  private static void delete(
      Directory directory, IndexWriterConfig config, int from, int to, int step)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = from; id < to; id += step) {
        writer.deleteDocuments(new Term("key", Integer.toString(id)));
      }
    }
  }

  private static float[][] sparse(float[][] vectors) {
    float[][] sparse = vectors.clone();
    for (int i = 0; i < sparse.length; i++) {
      if (i % 5 == 3 || i / 40 % 7 == 2) {
        sparse[i] = null;
      }
    }
    return sparse;
  }

  private IndexWriterConfig config(boolean sorted, int workers, ExecutorService threads) {
    var format = new QuantizedHnswVectorsFormat(INT8, 16, 100, workers, threads, 0);
    IndexWriterConfig config = IndexFixtures.config(format);
    return sorted
        ? config.setIndexSort(new Sort(new SortField("rank", SortField.Type.LONG)))
        : config;
  }

  /**
   * Compares recall before and after a merge, with and without missing vectors, deletes and
   * sorting.
   */
  @ParameterizedTest
  @CsvSource({
    "false, false, 0, 1",
    "true, false, 0, 1",
    "false, true, 0, 1",
    "true, true, 7, 1",
    "false, false, 7, 1",
    "false, true, 2, 1",
    "true, true, 7, 3"
  })
  void mergesKeepRecall(boolean gaps, boolean sorted, int deletesEach, int workers)
      throws IOException {
    float[][] vectors = VectorFixtures.clustered(2_000, DIMENSION, 1);
    if (gaps) {
      vectors = sparse(vectors);
    }
    ExecutorService threads = workers == 1 ? null : Executors.newFixedThreadPool(2);
    try (Directory directory = IndexFixtures.directory(folder)) {
      int from = 0;
      for (int to : new int[] {1_100, 1_600, 2_000}) {
        IndexFixtures.addSegment(
            directory,
            config(sorted, workers, threads),
            SIMILARITY,
            from,
            Arrays.copyOfRange(vectors, from, to));
        from = to;
      }
      if (deletesEach > 0) {
        delete(directory, config(sorted, workers, threads), 1, 1_900, deletesEach);
      }
      expectFound(directory, vectors, deletesEach);
      IndexFixtures.forceMerge(directory, config(sorted, workers, threads));
      expectFound(directory, vectors, deletesEach);
      IndexFixtures.expectClean(directory);
    } finally {
      if (threads != null) {
        threads.shutdownNow();
      }
    }
  }

  private static void expectFound(Directory directory, float[][] vectors, int deletesEach)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        assertEquals(IndexFixtures.values(leaf).size(), GraphIndexes.graph(leaf, "v").size());
        double recall = GraphIndexes.recall(leaf, QUERIES, 10, 100, null);
        assertTrue(recall > .98, "recall " + recall);
        int[] ids = IndexFixtures.ids(leaf);
        Map<Integer, Integer> docIds = new HashMap<>();
        for (int ord = 0; ord < ids.length; ord++) {
          docIds.put(IndexFixtures.values(leaf).ordToDoc(ord), ids[ord]);
        }
        Bits live = leaf.reader().getLiveDocs();
        for (float[] query : QUERIES) {
          for (ScoreDoc hit : GraphIndexes.search(leaf, query, 20, null)) {
            int id = docIds.get(hit.doc);
            assertTrue(live == null || live.get(hit.doc));
            assertTrue(deletesEach == 0 || id >= 1_900 || id % deletesEach != 1 % deletesEach);
            // A hit's score must be that of its own document's code.
            float exact = SIMILARITY.compare(query, vectors[id]);
            assertEquals(exact, hit.score, .05 * exact);
          }
        }
      }
    }
  }

  /** Collects parent documents by their best child. */
  private static final class Parents extends TopKnnCollector {

    private final Map<Integer, Float> best = new HashMap<>();
    private final int children;

    Parents(int k, int children) {
      super(k, Integer.MAX_VALUE);
      this.children = children;
    }

    @Override
    public boolean collect(int doc, float score) {
      float least = minCompetitiveSimilarity();
      int parent = doc / (children + 1);
      if (score <= least && !best.containsKey(parent)) {
        return false;
      }
      best.merge(parent, score, Math::max);
      if (best.size() > k()) {
        best.values().remove(best.values().stream().min(Float::compare).orElseThrow());
      }
      return true;
    }

    @Override
    public int numCollected() {
      return best.size();
    }

    @Override
    public float minCompetitiveSimilarity() {
      return best.size() < k()
          ? Float.NEGATIVE_INFINITY
          : best.values().stream().min(Float::compare).orElseThrow();
    }

    @Override
    public TopDocs topDocs() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void parentsAreFoundByTheirChildren() throws IOException {
    int children = 4;
    int parents = 500;
    float[][] vectors = VectorFixtures.clustered(parents * children, DIMENSION, 1);
    try (Directory directory = IndexFixtures.directory(folder)) {
      try (IndexWriter writer =
          new IndexWriter(directory, IndexFixtures.config(IndexFixtures.hnsw(INT8)))) {
        for (int parent = 0; parent < parents; parent++) {
          List<Document> block = new ArrayList<>();
          for (int child = 0; child < children; child++) {
            int id = parent * children + child;
            block.add(IndexFixtures.document(id, vectors[id], SIMILARITY));
          }
          block.add(new Document());
          writer.addDocuments(block);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        int found = 0;
        for (float[] query : QUERIES) {
          Parents hits = new Parents(40, children);
          GraphIndexes.search(leaf, query, hits, null);
          assertEquals(40, hits.best.size());
          float[] best = new float[parents];
          for (int id = 0; id < vectors.length; id++) {
            float score = SIMILARITY.compare(query, vectors[id]);
            best[id / children] = Math.max(best[id / children], score);
          }
          float[] sorted = best.clone();
          Arrays.sort(sorted);
          for (int parent : hits.best.keySet()) {
            found += best[parent] >= sorted[parents - 10] ? 1 : 0;
          }
        }
        assertTrue(found > .97 * 10 * QUERIES.length, found + " found");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void allOfFewVectorsAreFound(int count) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      var format = IndexFixtures.hnsw(INT8);
      for (int segment = 0; segment < 2; segment++) {
        IndexFixtures.addSegment(
            directory,
            IndexFixtures.config(format),
            SIMILARITY,
            segment * count,
            VectorFixtures.clustered(count, DIMENSION, segment));
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (int k = 1; k < 3 * count; k++) {
          ScoreDoc[] hits = GraphIndexes.search(reader.leaves().get(0), QUERIES[0], k, null);
          assertEquals(Math.min(k, 2 * count), hits.length);
          assertArrayEquals(
              GraphIndexes.bestScores(reader.leaves().get(0), QUERIES[0], k, null),
              GraphIndexes.scores(hits),
              1e-6f);
        }
      }
    }
  }

  @Test
  void oneWorkerRejectsAnExecutor() {
    TaskExecutor executor = new TaskExecutor(Runnable::run);
    assertSame(executor, new MergeThreads(2, executor).of(null));
    assertNull(MergeThreads.ONE.of(null));
  }
}
