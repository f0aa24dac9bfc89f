/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.util.Random;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The nearest vectors by floats among the nearest by codes, in several segments with missing and
 * deleted vectors.
 */
class RescoredKnnFloatVectorQueryTest {

  private static final int DOCUMENTS = 3000;
  private static final int DIMENSION = 32;

  private final Random random = new Random(11);

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) (random.nextGaussian() / (1 + d / 4));
    }
    return vector;
  }

  /** Creates an index in which every third document has no vector and every tenth is deleted. */
  private float[][] index(Directory directory, KnnVectorsFormat format) throws IOException {
    float[][] vectors = new float[DOCUMENTS][];
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(TestUtil.alwaysKnnVectorsFormat(format))
            .setMergePolicy(NoMergePolicy.INSTANCE);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int doc = 0; doc < DOCUMENTS; doc++) {
        Document document = new Document();
        document.add(new StringField("id", "" + doc, Field.Store.NO));
        document.add(new StringField("half", "" + doc % 2, Field.Store.NO));
        if (doc % 3 != 0) {
          vectors[doc] = vector();
          document.add(
              new KnnFloatVectorField("v", vectors[doc], VectorSimilarityFunction.EUCLIDEAN));
        }
        writer.addDocument(document);
        if (doc % 1000 == 999) {
          writer.flush();
        }
      }
      for (int doc = 0; doc < DOCUMENTS; doc += 10) {
        writer.deleteDocuments(new Term("id", "" + doc));
        vectors[doc] = null;
      }
    }
    return vectors;
  }

  private int check(IndexSearcher searcher, float[][] vectors, Query filter) throws IOException {
    int found = 0;
    for (int query = 0; query < 20; query++) {
      float[] target = vector();
      ScoreDoc[] hits =
          searcher.search(new RescoredKnnFloatVectorQuery("v", target, 10, 200, filter), 10)
              .scoreDocs;
      assertEquals(10, hits.length);
      for (int i = 0; i < hits.length; i++) {
        float[] vector = vectors[hits[i].doc];
        float score = VectorSimilarityFunction.EUCLIDEAN.compare(target, vector);
        assertEquals(score, hits[i].score, 1e-5f * score);
        assertTrue(filter == null || hits[i].doc % 2 == 1);
        int better = 0;
        for (int doc = 0; doc < vectors.length; doc++) {
          if (vectors[doc] != null
              && (filter == null || doc % 2 == 1)
              && VectorSimilarityFunction.EUCLIDEAN.compare(target, vectors[doc]) > score) {
            better++;
          }
        }
        found += better < 10 ? 1 : 0;
      }
    }
    return found;
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP16", "INT8", "INT4", "BINARY"})
  void findsTheNearestByFloats(Precision precision) throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      float[][] vectors =
          index(
              directory,
              new QuantizedHnswVectorsFormat(
                  new QuantizationConfig(precision), 16, 100, 1, null, 0));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        assertTrue(check(searcher, vectors, null) >= 195);
        assertTrue(check(searcher, vectors, new TermQuery(new Term("half", "1"))) >= 195);
      }
    }
  }

  @Test
  void worksOnFieldsOfOtherCodecs() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      float[][] vectors = index(directory, new Lucene99HnswVectorsFormat());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertTrue(check(new IndexSearcher(reader), vectors, null) >= 195);
      }
    }
  }

  @Test
  void indexWithoutTheFieldHasNoHits() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      new IndexWriter(directory, new IndexWriterConfig()).close();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        Query query = new RescoredKnnFloatVectorQuery("v", vector(), 3, 3, null);
        assertEquals(0, new IndexSearcher(reader).count(query));
      }
    }
  }

  @Test
  void describesItself() {
    float[] target = vector();
    Query query = new RescoredKnnFloatVectorQuery("v", target, 3, 30, null);
    assertEquals(query, new RescoredKnnFloatVectorQuery("v", target, 3, 30, null));
    assertNotEquals(query, new RescoredKnnFloatVectorQuery("v", target, 4, 30, null));
    assertTrue(query.toString().startsWith("Rescored"), query.toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> new RescoredKnnFloatVectorQuery("v", target, 4, 3, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RescoredKnnFloatVectorQuery("v", target, 0, 3, null));
  }
}
