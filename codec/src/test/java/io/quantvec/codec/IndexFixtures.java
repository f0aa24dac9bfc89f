/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.Bits;

/**
 * Creates small indexes of vectors in the field {@code v}. Each vector has an id, which is unique
 * in a test.
 */
public final class IndexFixtures {

  private IndexFixtures() {}

  /** A memory-mapped directory that never syncs, because tests do not simulate power failures. */
  public static Directory directory(Path folder) throws IOException {
    return new MMapDirectory(folder) {
      @Override
      public void sync(Collection<String> names) {}

      @Override
      public void syncMetaData() {}
    };
  }

  /** Merges only on request. */
  public static IndexWriterConfig config(KnnVectorsFormat format) {
    return new IndexWriterConfig()
        .setCodec(TestUtil.alwaysKnnVectorsFormat(format))
        .setUseCompoundFile(false)
        .setMergePolicy(NoMergePolicy.INSTANCE);
  }

  /** Codes without a graph; merges only on request. */
  public static IndexWriterConfig config(QuantizationConfig config) {
    return config(new QuantizedFlatVectorsFormat(config));
  }

  /** Codes with a graph in every segment. */
  public static KnnVectorsFormat hnsw(QuantizationConfig config) {
    return new QuantizedHnswVectorsFormat(config, 16, 100, 1, null, 0);
  }

  /**
   * A document that can be deleted by {@code key} and sorted by {@code rank}, which both depend on
   * its id.
   *
   * @param vector null for none
   */
  public static Document document(int id, float[] vector, VectorSimilarityFunction similarity) {
    Document document = new Document();
    document.add(new StringField("key", Integer.toString(id), Field.Store.NO));
    document.add(new NumericDocValuesField("id", id));
    document.add(new NumericDocValuesField("rank", -id));
    if (vector != null) {
      FieldType type = new FieldType();
      // Allows every dimension of the format; Lucene's field class limits the dimension.
      type.setVectorAttributes(vector.length, VectorEncoding.FLOAT32, similarity);
      type.freeze();
      document.add(new KnnFloatVectorField("v", vector, type));
    }
    return document;
  }

  /** Adds vectors as one segment, with ids from the given one up. */
  public static void addSegment(
      Directory directory,
      IndexWriterConfig config,
      VectorSimilarityFunction similarity,
      int firstId,
      float[]... vectors)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < vectors.length; i++) {
        writer.addDocument(document(firstId + i, vectors[i], similarity));
      }
    }
  }

  /** Adds vectors as one segment without a graph, with ids from 0 up. */
  public static void addSegment(
      Directory directory,
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      float[]... vectors)
      throws IOException {
    addSegment(directory, config(config), similarity, 0, vectors);
  }

  public static void forceMerge(Directory directory, IndexWriterConfig config) throws IOException {
    try (IndexWriter writer =
        new IndexWriter(directory, config.setMergePolicy(new LogDocMergePolicy()))) {
      writer.forceMerge(1);
    }
  }

  /** Reads every file of the index to its end. */
  public static void expectClean(Directory directory) throws IOException {
    try (CheckIndex check = new CheckIndex(directory)) {
      assertTrue(check.checkIndex().clean);
    }
  }

  public static QuantizedFloatVectorValues values(LeafReaderContext leaf) throws IOException {
    return assertInstanceOf(
        QuantizedFloatVectorValues.class, leaf.reader().getFloatVectorValues("v"));
  }

  /** What a segment stores about its codes. */
  public static SegmentField quantization(DirectoryReader reader, int leaf) throws IOException {
    return values(reader.leaves().get(leaf)).quantization();
  }

  /** The scores of a bulk scorer by document; -1 for documents without vectors. */
  public static float[] bulkScores(VectorScorer scorer, int maxDoc) throws IOException {
    float[] scores = new float[maxDoc];
    Arrays.fill(scores, -1);
    VectorScorer.Bulk bulk = scorer.bulk(null);
    DocAndFloatFeatureBuffer buffer = new DocAndFloatFeatureBuffer();
    for (bulk.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer);
        buffer.size > 0;
        bulk.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer)) {
      for (int i = 0; i < buffer.size; i++) {
        scores[buffer.docs[i]] = buffer.features[i];
      }
    }
    return scores;
  }

  /** All records of a segment. */
  public static byte[] codes(LeafReaderContext leaf) throws IOException {
    QuantizedFloatVectorValues values = values(leaf);
    byte[] record = new byte[values.field().stored().layout().recordLength()];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int ord = 0; ord < values.size(); ord++) {
      values.readRecord(ord, record);
      all.writeBytes(record);
    }
    return all.toByteArray();
  }

  /** All records of a segment's rerank copy. */
  public static byte[] copies(LeafReaderContext leaf) throws IOException {
    QuantizedFloatVectorValues values = values(leaf);
    byte[] record = new byte[values.quantization().rerankBytes()];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int ord = 0; ord < values.size(); ord++) {
      values.readRerankBytes(ord, record);
      all.writeBytes(record);
    }
    return all.toByteArray();
  }

  /** The ids of a segment's vectors, by ordinal. */
  public static int[] ids(LeafReaderContext leaf) throws IOException {
    QuantizedFloatVectorValues values = values(leaf);
    NumericDocValues ids = leaf.reader().getNumericDocValues("id");
    int[] all = new int[values.size()];
    for (int ord = 0; ord < all.length; ord++) {
      ids.advanceExact(values.ordToDoc(ord));
      all[ord] = (int) ids.longValue();
    }
    return all;
  }

  private record Hit(int id, float score) {}

  /** The ids of the k best codes of all live vectors, unordered. */
  public static Set<Integer> best(DirectoryReader reader, float[] query, int k) throws IOException {
    PriorityQueue<Hit> hits = new PriorityQueue<>(Comparator.comparingDouble(Hit::score));
    for (LeafReaderContext context : reader.leaves()) {
      LeafReader leaf = context.reader();
      var values = leaf.getFloatVectorValues("v");
      VectorScorer scorer = values == null ? null : values.scorer(query);
      if (scorer == null) {
        continue;
      }
      NumericDocValues ids = leaf.getNumericDocValues("id");
      Bits live = leaf.getLiveDocs();
      DocIdSetIterator docs = scorer.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        if (live != null && !live.get(doc)) {
          continue;
        }
        float score = scorer.score();
        if (hits.size() < k || score > hits.peek().score) {
          ids.advanceExact(doc);
          hits.add(new Hit((int) ids.longValue(), score));
          if (hits.size() > k) {
            hits.remove();
          }
        }
      }
    }
    Set<Integer> best = new HashSet<>();
    hits.forEach(hit -> best.add(hit.id));
    return best;
  }

  /**
   * The share of the true neighbors that an exhaustive search of the codes finds.
   *
   * @param truth ids of the k nearest vectors of each query
   */
  public static double recall(DirectoryReader reader, float[][] queries, int[][] truth)
      throws IOException {
    int found = 0;
    for (int q = 0; q < queries.length; q++) {
      Set<Integer> best = best(reader, queries[q], truth[q].length);
      found += (int) Arrays.stream(truth[q]).filter(best::contains).count();
    }
    return found / (double) (queries.length * truth[0].length);
  }
}
