/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Several threads add, update and delete documents while others merge and search. */
class ConcurrentIndexTest {

  private static final int THREADS = 4;
  private static final int PER_THREAD = 600;
  private static final int DIMENSION = 32;

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.COSINE;

  @TempDir Path folder;

  static Stream<Arguments> formats() {
    return Stream.of(
        Arguments.of(
            // Flushed segments stay below the threshold, merged segments exceed it.
            new QuantizedHnswVectorsFormat(
                new QuantizationConfig(Precision.INT4), 8, 32, 1, null, 600),
            .8),
        Arguments.of(
            new QuantizedFlatVectorsFormat(QuantizationConfig.ofBits(1.5, Allocation.MIXED)), .5),
        Arguments.of(new QuantizedFlatVectorsFormat(new QuantizationConfig(Precision.INT8)), .95));
  }

  /** The final vectors of one thread's documents; null for deleted documents. */
  private static final class Indexer implements Callable<float[][]> {

    private final IndexWriter writer;
    private final int thread;

    Indexer(IndexWriter writer, int thread) {
      this.writer = writer;
      this.thread = thread;
    }

    @Override
    public float[][] call() throws IOException {
      Random random = new Random(thread);
      float[][] vectors = VectorFixtures.clustered(PER_THREAD, DIMENSION, thread);
      for (int i = 0; i < PER_THREAD; i++) {
        int id = thread * PER_THREAD + i;
        writer.addDocument(IndexFixtures.document(id, vectors[i], SIMILARITY));
        int other = random.nextInt(i + 1);
        Term key = new Term("key", Integer.toString(thread * PER_THREAD + other));
        switch (random.nextInt(8)) {
          case 0 -> {
            writer.deleteDocuments(key);
            vectors[other] = null;
          }
          case 1 -> {
            vectors[other] = VectorFixtures.clustered(1, DIMENSION, 1_000L * thread + i)[0];
            writer.updateDocument(
                key,
                IndexFixtures.document(thread * PER_THREAD + other, vectors[other], SIMILARITY));
          }
          default -> {}
        }
      }
      return vectors;
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyDocumentKeepsItsVector(KnnVectorsFormat format, double leastRecall) throws Exception {
    IndexWriterConfig config =
        IndexFixtures.config(format)
            .setMaxBufferedDocs(100)
            .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH)
            .setMergePolicy(new TieredMergePolicy().setSegmentsPerTier(3))
            .setMergeScheduler(new ConcurrentMergeScheduler());
    ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
    float[][] vectors;
    try (Directory directory = IndexFixtures.directory(folder)) {
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        List<Future<float[][]>> indexers = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          indexers.add(threads.submit(new Indexer(writer, thread)));
        }
        AtomicInteger running = new AtomicInteger(THREADS);
        Future<Integer> searcher = threads.submit(() -> searchWhile(writer, running));
        List<float[]> all = new ArrayList<>();
        for (Future<float[][]> indexer : indexers) {
          all.addAll(Arrays.asList(indexer.get()));
          running.decrementAndGet();
        }
        assertTrue(searcher.get() > 0, "expected at least one hit");
        vectors = all.toArray(float[][]::new);
      }
      expect(directory, vectors, leastRecall);
      IndexFixtures.expectClean(directory);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format));
      expect(directory, vectors, leastRecall);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Opens and searches the index repeatedly, and at the end searches for every document. */
  private static int searchWhile(IndexWriter writer, AtomicInteger running) throws IOException {
    int found = 0;
    float[][] queries = VectorFixtures.clustered(50, DIMENSION, 999);
    boolean last;
    do {
      // Checked before the search, because a busy machine may start this thread after all others
      // are done.
      last = running.get() == 0;
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        for (int q = 0; q < 5; q++) {
          found += IndexFixtures.best(reader, queries[(found + q) % 50], 10).size();
        }
      }
      // Each opened reader flushes a segment. Without a pause, segments would have only a few
      // documents each.
      LockSupport.parkNanos(50_000_000);
    } while (!last);
    return found;
  }

  private static void expect(Directory directory, float[][] vectors, double leastRecall)
      throws IOException {
    List<float[]> live = new ArrayList<>();
    List<Integer> liveIds = new ArrayList<>();
    for (int id = 0; id < vectors.length; id++) {
      if (vectors[id] != null) {
        live.add(vectors[id]);
        liveIds.add(id);
      }
    }
    float[][] queries = VectorFixtures.clustered(50, DIMENSION, 998);
    int[][] truth = VectorFixtures.nearest(SIMILARITY, live.toArray(float[][]::new), queries, 10);
    for (int[] nearest : truth) {
      Arrays.setAll(nearest, i -> liveIds.get(nearest[i]));
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(live.size(), reader.numDocs());
      for (LeafReaderContext leaf : reader.leaves()) {
        QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
        int[] ids = IndexFixtures.ids(leaf);
        Bits docs = leaf.reader().getLiveDocs();
        for (int ord = 0; ord < ids.length; ord++) {
          if (docs == null || docs.get(values.ordToDoc(ord))) {
            assertNotNull(vectors[ids[ord]], "document " + ids[ord] + " was deleted");
            assertArrayEquals(vectors[ids[ord]], values.vectorValue(ord));
          }
        }
      }
      double recall = IndexFixtures.recall(reader, queries, truth);
      assertTrue(recall > leastRecall, "recall " + recall);
    }
  }
}
