/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A search of many segments finds as much as a search of one segment, with any number of threads.
 */
class ManySegmentsTest {

  private static final int DIMENSION = 16;
  private static final int K = 10;

  /** Large segments, whose graphs are searched, and small segments, which are scanned. */
  private static final int[] SIZES = {3_000, 2_500, 800, 300, 20, 5, 1};

  /** A beam so narrow that searching a graph of 2,500 vectors is faster than a scan. */
  private static final int NARROW = 20;

  private static Directory directory;
  private static DirectoryReader reader;
  private static float[][] vectors;
  private static float[][] queries;

  @BeforeAll
  static void index() throws IOException {
    int count = 0;
    for (int size : SIZES) {
      count += size;
    }
    vectors = VectorFixtures.clustered(count, DIMENSION, 5);
    queries = VectorFixtures.clustered(30, DIMENSION, 6);
    directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(
                TestUtil.alwaysKnnVectorsFormat(
                    new QuantizedHnswVectorsFormat(
                        new QuantizationConfig(Precision.INT4), 16, 100, 1, null, 0)))
            .setMergePolicy(NoMergePolicy.INSTANCE);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      int id = 0;
      for (int size : SIZES) {
        for (int i = 0; i < size; i++, id++) {
          Document document = new Document();
          document.add(new StringField("half", "" + id % 2, Field.Store.NO));
          document.add(
              new KnnFloatVectorField("v", vectors[id], VectorSimilarityFunction.EUCLIDEAN));
          writer.addDocument(document);
        }
        writer.flush();
      }
    }
    reader = DirectoryReader.open(directory);
    assertEquals(SIZES.length, reader.leaves().size());
  }

  @AfterAll
  static void close() throws IOException {
    reader.close();
    directory.close();
  }

  private static ScoreDoc[] search(IndexSearcher searcher, float[] query, int ef, Query filter)
      throws IOException {
    return searcher.search(new RescoredKnnFloatVectorQuery("v", query, K, ef, filter), K).scoreDocs;
  }

  private static double recall(int ef, Query filter) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    int found = 0;
    for (float[] query : queries) {
      float[] scores = new float[vectors.length];
      for (int id = 0; id < scores.length; id++) {
        boolean accepted = filter == null || id % 2 == 1;
        scores[id] = accepted ? VectorSimilarityFunction.EUCLIDEAN.compare(query, vectors[id]) : -1;
      }
      float[] sorted = scores.clone();
      java.util.Arrays.sort(sorted);
      float kth = sorted[sorted.length - K];
      for (ScoreDoc hit : search(searcher, query, ef, filter)) {
        found += scores[hit.doc] >= kth ? 1 : 0;
      }
    }
    return (double) found / K / queries.length;
  }

  @Test
  void findsTheNearestOfAllSegments() throws IOException {
    assertTrue(recall(100, null) >= .97, "recall " + recall(100, null));
    assertTrue(recall(100, new TermQuery(new Term("half", "1"))) >= .97);
  }

  @Test
  void moreCandidatesFindNoLess() throws IOException {
    double before = 0;
    for (int ef : new int[] {10, 30, 100, 1_000, 10_000}) {
      double recall = recall(ef, null);
      assertTrue(recall >= before - .01, ef + ": " + recall + " after " + before);
      before = recall;
    }
    assertEquals(1, before, .005);
  }

  @Test
  void threadsDoNotChangeResults() throws Exception {
    List<int[]> expected = new ArrayList<>();
    List<float[]> scores = new ArrayList<>();
    for (int threads : new int[] {1, 2, 16}) {
      try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
        IndexSearcher searcher =
            new IndexSearcher(reader, executor) {
              @Override
              protected LeafSlice[] slices(List<LeafReaderContext> leaves) {
                return slices(leaves, 1, Math.max(1, leaves.size() / threads), false);
              }
            };
        for (int repetition = 0; repetition < 3; repetition++) {
          for (int q = 0; q < queries.length; q++) {
            ScoreDoc[] hits = search(searcher, queries[q], NARROW, null);
            int[] docs = new int[hits.length];
            float[] found = new float[hits.length];
            for (int i = 0; i < hits.length; i++) {
              docs[i] = hits[i].doc;
              found[i] = hits[i].score;
            }
            if (expected.size() == q) {
              expected.add(docs);
              scores.add(found);
            }
            assertArrayEquals(expected.get(q), docs, threads + " threads");
            assertArrayEquals(scores.get(q), found, threads + " threads");
          }
        }
      }
    }
  }

  @Test
  void timeoutReturnsTheHitsFound() throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    int[] looks = new int[1];
    searcher.setTimeout(() -> ++looks[0] > 60);
    Set<Integer> found = new HashSet<>();
    for (ScoreDoc hit : search(searcher, queries[0], 100, null)) {
      found.add(hit.doc);
    }
    assertTrue(looks[0] > 60);
    assertTrue(found.size() <= K);
  }
}
