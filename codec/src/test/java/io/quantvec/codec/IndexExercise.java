/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraph;

/**
 * Small indexes with every kind of vector data, and calls of every method that reads them. Field
 * {@code v} has float vectors and field {@code b} has byte vectors; some documents lack them.
 */
final class IndexExercise {

  public static final int DIMENSION = 18;

  private static final int BYTE_DIMENSION = 5;

  /**
   * How an index is written.
   *
   * @param graph whether segments have graphs
   * @param dense whether all documents have vectors
   */
  public record Layout(
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      boolean graph,
      boolean dense) {

    KnnVectorsFormat format() {
      return graph ? IndexFixtures.hnsw(config) : new QuantizedFlatVectorsFormat(config);
    }
  }

  private IndexExercise() {}

  /** Every precision with every rerank copy; the other settings vary. */
  public static List<Layout> layouts(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    VectorSimilarityFunction[] similarities = VectorSimilarityFunction.values();
    List<Layout> layouts = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      QuantizationConfig config =
          switch (precision) {
            case BITS -> QuantizationConfig.ofBits(5.3, Allocation.MIXED);
            case AUTO -> QuantizationConfig.auto(.9);
            default -> new QuantizationConfig(precision);
          };
      for (RerankPrecision copy : RerankPrecision.values()) {
        layouts.add(
            new Layout(
                config.withRerank(copy),
                similarities[random.nextInt(similarities.length)],
                random.nextInt(4) > 0,
                random.nextInt(3) == 0));
      }
    }
    return layouts;
  }

  /** Adds a segment of documents. */
  public static void add(Directory directory, Layout layout, int firstId, int count, long seed)
      throws IOException {
    float[][] vectors = VectorFixtures.clustered(count, DIMENSION, seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (IndexWriter writer = new IndexWriter(directory, writerConfig(layout))) {
      for (int i = 0; i < count; i++) {
        boolean has = layout.dense || i % 5 != 2;
        Document document =
            IndexFixtures.document(firstId + i, has ? vectors[i] : null, layout.similarity);
        if (layout.dense || i % 3 != 1) {
          byte[] bytes = new byte[BYTE_DIMENSION];
          random.nextBytes(bytes);
          document.add(new KnnByteVectorField("b", bytes, layout.similarity));
        }
        writer.addDocument(document);
      }
    }
  }

  /** Merges only on request, in the calling thread. */
  public static IndexWriterConfig writerConfig(Layout layout) {
    return IndexFixtures.config(layout.format()).setMergeScheduler(new SerialMergeScheduler());
  }

  public static void forceMerge(Directory directory, Layout layout) throws IOException {
    try (IndexWriter writer =
        new IndexWriter(directory, writerConfig(layout).setMergePolicy(new LogDocMergePolicy()))) {
      writer.forceMerge(1);
    }
  }

  /** Calls every method that reads stored bytes. */
  public static void exercise(DirectoryReader reader) throws IOException {
    float[] query = VectorFixtures.clustered(1, DIMENSION, 99)[0];
    for (LeafReaderContext leaf : reader.leaves()) {
      readVectors(leaf.reader(), query);
      readBytes(leaf.reader());
      search(leaf.reader(), query);
      for (FieldInfo info : leaf.reader().getFieldInfos()) {
        if (info.hasVectorValues()) {
          readGraph((CodecReader) leaf.reader(), info);
        }
      }
    }
  }

  private static void readVectors(LeafReader leaf, float[] query) throws IOException {
    FloatVectorValues found = leaf.getFloatVectorValues("v");
    if (found == null) {
      return;
    }
    QuantizedFloatVectorValues values = (QuantizedFloatVectorValues) found;
    values.quantization();
    values.readCodes(() -> true);
    byte[] code = new byte[values.field().stored().layout().recordLength()];
    byte[] copy = new byte[values.field().coding().copy().recordLength()];
    byte[] errors = new byte[values.field().coding().copy().errorTerms().length()];
    for (int ord = 0; ord < values.size(); ord++) {
      values.ordToDoc(ord);
      values.vectorValue(ord);
      values.inputCodes(ord);
      values.readRecord(ord, code);
      values.readRerankBytes(ord, copy);
      values.readErrorTerms(ord, errors);
    }
    for (VectorScorer scorer :
        new VectorScorer[] {
          values.scorer(query),
          values.candidateScorer(query),
          values.rescorer(query),
          values.upperBoundScorer(query)
        }) {
      DocIdSetIterator docs = scorer.iterator();
      while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        scorer.score();
      }
    }
    DocIndexIterator docs = values.iterator();
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      if (doc % 7 == 0) {
        values.estimate(query, doc);
        values.rescore(query, new int[] {doc});
        docs.advance(doc + 1);
      }
    }
    values.measureScoreErrors();
  }

  private static void readBytes(LeafReader leaf) throws IOException {
    var values = leaf.getByteVectorValues("b");
    if (values == null) {
      return;
    }
    DocIndexIterator docs = values.iterator();
    while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      values.vectorValue(docs.index());
    }
    for (int ord = 0; ord < values.size(); ord++) {
      values.ordToDoc(ord);
    }
  }

  private static void search(LeafReader leaf, float[] query) throws IOException {
    Bits even =
        new Bits() {
          @Override
          public boolean get(int index) {
            return index % 2 == 0;
          }

          @Override
          public int length() {
            return leaf.maxDoc();
          }
        };
    byte[] bytes = new byte[BYTE_DIMENSION];
    for (int k : new int[] {1, 4, leaf.maxDoc()}) {
      for (Bits accepted : new Bits[] {null, even}) {
        AcceptDocs docs = AcceptDocs.fromLiveDocs(accepted, leaf.maxDoc());
        leaf.searchNearestVectors("v", query, new TopKnnCollector(k, Integer.MAX_VALUE), docs);
        leaf.searchNearestVectors("b", bytes, new TopKnnCollector(k, Integer.MAX_VALUE), docs);
      }
    }
  }

  private static KnnVectorsReader reader(CodecReader leaf, String field) {
    KnnVectorsReader reader = leaf.getVectorReader();
    return reader instanceof PerFieldKnnVectorsFormat.FieldsReader perField
        ? perField.getFieldReader(field)
        : reader;
  }

  /** A field's graph; the segment must have graphs. */
  public static HnswGraph graph(LeafReaderContext leaf, String field) throws IOException {
    return ((HnswGraphProvider) reader((CodecReader) leaf.reader(), field)).getGraph(field);
  }

  private static void readGraph(CodecReader leaf, FieldInfo info) throws IOException {
    KnnVectorsReader reader = reader(leaf, info.name);
    reader.getOffHeapByteSize(info);
    if (reader instanceof HnswGraphProvider provider) {
      HnswGraph graph = provider.getGraph(info.name);
      for (int level = 0; level < graph.numLevels(); level++) {
        for (var nodes = graph.getNodesOnLevel(level); nodes.hasNext(); ) {
          graph.seek(level, nodes.nextInt());
          while (graph.nextNeighbor() != DocIdSetIterator.NO_MORE_DOCS) {}
        }
      }
    }
  }
}
