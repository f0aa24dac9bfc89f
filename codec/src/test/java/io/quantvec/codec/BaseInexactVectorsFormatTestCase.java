/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;

/**
 * Lucene's test suite for formats that do not store vectors as floats. Tests that compare vectors
 * exactly with the indexed ones are replaced by tests that run the same operations and allow the
 * error of the stored precision.
 */
abstract class BaseInexactVectorsFormatTestCase extends BaseQuantizedVectorsFormatTestCase {

  /** Maximum relative error of one vector, after it was encoded twice and with few dimensions. */
  private final double tolerance;

  private final boolean graph;

  BaseInexactVectorsFormatTestCase(QuantizationConfig config, boolean graph) {
    super(graph ? hnsw(config) : new QuantizedFlatVectorsFormat(config));
    this.graph = graph;
    this.tolerance =
        switch (config.storedCopy()) {
          case FP32 -> throw new IllegalArgumentException("expected an inexact configuration");
          case FP16 -> 1e-3;
          case INT8 -> .03;
          case NONE ->
              switch (config.precision()) {
                case FP16 -> 1e-3;
                case INT8 -> .03;
                // Encoded residuals can be twice as long as these vectors. With few dimensions, one
                // code in thousands has three times the mean error.
                case INT4 -> .75;
                default -> 1.5;
              };
        };
  }

  static List<Object[]> configs() {
    return List.of(
        new Object[] {Precision.BINARY, RerankPrecision.INT8},
        new Object[] {Precision.INT2, RerankPrecision.FP16},
        new Object[] {Precision.INT4, RerankPrecision.NONE},
        new Object[] {Precision.BINARY, RerankPrecision.NONE},
        new Object[] {Precision.INT8, RerankPrecision.NONE},
        new Object[] {Precision.FP16, RerankPrecision.NONE});
  }

  /**
   * Lucene's check expects bytes of codes and bytes of full vectors, but the latter can be 0 here.
   * Both must equal the sizes that the field reports.
   */
  @Override
  protected void assertOffHeapByteSize(LeafReader leaf, String field) throws IOException {
    FieldInfo info = leaf.getFieldInfos().fieldInfo(field);
    if (info.getVectorEncoding() == VectorEncoding.BYTE) {
      super.assertOffHeapByteSize(leaf, field);
      return;
    }
    KnnVectorsReader reader = ((CodecReader) leaf).getVectorReader();
    if (reader instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
      reader = perField.getFieldReader(field);
    }
    Map<String, Long> bytes = reader.getOffHeapByteSize(info);
    SegmentField found = QuantizedVectorValues.of(leaf, field).quantization();
    assertEquals((long) found.vectors() * found.codeBytes(), (long) bytes.get("veq"));
    // A rerank copy, which is inexact here, has six bytes of error terms per vector.
    int cold = found.rerankBytes() + (found.rerankCopy() == RerankPrecision.NONE ? 0 : 6);
    assertEquals((long) found.vectors() * cold, (long) bytes.get("vec"));
    assertEquals(graph && found.vectors() > 0, bytes.getOrDefault("vex", 0L) > 0);
  }

  /**
   * Parameters of the operations on an index.
   *
   * @param vectorShare share of documents that have a vector
   * @param changes share of documents that are deleted or replaced later
   * @param commits share of documents after which the writer commits
   */
  private record Life(
      int documents,
      int dimension,
      VectorSimilarityFunction similarity,
      double vectorShare,
      double changes,
      double commits,
      boolean sorted,
      boolean merged) {}

  private static Document document(int id, float[] vector, Life life) {
    Document document = new Document();
    document.add(new StringField("id", Integer.toString(id), Field.Store.NO));
    document.add(new NumericDocValuesField("number", id));
    document.add(new NumericDocValuesField("sortkey", Integer.reverse(id) >>> 16));
    if (vector != null) {
      document.add(new KnnFloatVectorField("field", vector, life.similarity));
    }
    return document;
  }

  /** Runs the operations and compares every live document's vector with the last indexed one. */
  private void live(Life life) throws IOException {
    Random random = random();
    IndexWriterConfig config = newIndexWriterConfig();
    if (life.sorted) {
      config.setIndexSort(new Sort(new SortField("sortkey", SortField.Type.INT)));
    }
    Map<Integer, float[]> expected = new HashMap<>();
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, config)) {
      float[] reused = new float[life.dimension];
      for (int i = 0; i < life.documents; i++) {
        float[] vector = null;
        if (random.nextDouble() < life.vectorShare) {
          vector = randomNormalizedVector(life.dimension);
          System.arraycopy(vector, 0, reused, 0, reused.length);
        }
        boolean replaces = i > 0 && random.nextDouble() < life.changes;
        int id = replaces ? random.nextInt(i) : i;
        writer.updateDocument(
            new Term("id", Integer.toString(id)),
            document(id, vector == null ? null : reused, life));
        expected.put(id, vector);
        if (random.nextDouble() < life.changes) {
          int deleted = random.nextInt(i + 1);
          writer.deleteDocuments(new Term("id", Integer.toString(deleted)));
          expected.remove(deleted);
        }
        if (random.nextDouble() < life.commits) {
          writer.commit();
        }
      }
      if (life.merged) {
        writer.forceMerge(1);
      }
      expected.values().removeIf(vector -> vector == null);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        Errors errors = new Errors(new ArrayList<>(expected.values()));
        for (LeafReaderContext leaf : reader.leaves()) {
          check(leaf.reader(), expected, errors);
        }
        assertEquals(expected.size(), errors.count);
        errors.check();
      }
    }
  }

  private void check(LeafReader leaf, Map<Integer, float[]> expected, Errors errors)
      throws IOException {
    FloatVectorValues values = leaf.getFloatVectorValues("field");
    if (values == null) {
      return;
    }
    Bits live = leaf.getLiveDocs();
    var numbers = leaf.getNumericDocValues("number");
    KnnVectorValues.DocIndexIterator iterator = values.iterator();
    int liveHere = 0;
    int seen = 0;
    for (int doc = iterator.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = iterator.nextDoc(), seen++) {
      assertEquals(seen, iterator.index());
      assertEquals(doc, values.ordToDoc(seen));
      if (live == null || live.get(doc)) {
        assertTrue(numbers.advanceExact(doc));
        float[] vector = expected.get((int) numbers.longValue());
        assertNotNull("document " + numbers.longValue(), vector);
        errors.add(vector, values.vectorValue(seen));
        liveHere++;
      }
    }
    assertEquals(values.size(), seen);
    assertOffHeapByteSize(leaf, "field");
    if (liveHere > 0) {
      int k = random().nextInt(liveHere) + 1;
      ScoreDoc[] hits =
          leaf.searchNearestVectors(
                  "field",
                  randomNormalizedVector(values.dimension()),
                  k,
                  AcceptDocs.fromLiveDocs(live, leaf.maxDoc()),
                  Integer.MAX_VALUE)
              .scoreDocs;
      assertTrue(hits.length > 0 && hits.length <= k);
      for (int i = 1; i < hits.length; i++) {
        assertTrue(hits[i].score <= hits[i - 1].score);
      }
    }
  }

  /** Errors of vectors, and distances to other documents' vectors for comparison. */
  private final class Errors {

    private final List<float[]> others;
    private int count;
    private double own;
    private double foreign;

    Errors(List<float[]> others) {
      this.others = others;
    }

    void add(float[] expected, float[] found) {
      assertEquals(expected.length, found.length);
      double error = relativeError(expected, found);
      assertTrue("error of " + error, error <= tolerance);
      own += error;
      foreign += relativeError(others.get((count + others.size() / 2) % others.size()), found);
      count++;
    }

    /** Even 1 bit per dimension distinguishes a vector from others. */
    void check() {
      if (count > 50) {
        assertTrue(own + " against " + foreign, own < .8 * foreign);
      }
    }
  }

  private static double relativeError(float[] expected, float[] found) {
    double missed = 0;
    double squares = 0;
    for (int d = 0; d < expected.length; d++) {
      missed += Math.pow((double) expected[d] - found[d], 2);
      squares += (double) expected[d] * expected[d];
    }
    return Math.sqrt(missed / squares);
  }

  @Override
  public void testRandom() throws Exception {
    live(new Life(atLeast(100), evenDimension(), randomSimilarity(), .85, .1, .1, flip(), false));
  }

  @Override
  public void testRandomWithUpdatesAndGraph() throws Exception {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.EUCLIDEAN;
    live(new Life(atLeast(100), evenDimension(), similarity, .85, .6, .03, false, flip()));
  }

  @Override
  public void testSparseVectors() throws Exception {
    int dimension = random().nextInt(20) + 2;
    live(new Life(atLeast(1_000), dimension, randomSimilarity(), .02, 0, .01, false, flip()));
  }

  @Override
  public void testVectorValuesReportCorrectDocs() throws Exception {
    int dimension = random().nextInt(20) + 2;
    live(new Life(atLeast(1_000), dimension, randomSimilarity(), .25, 0, .01, false, flip()));
  }

  @Override
  public void testSortedIndex() throws Exception {
    live(new Life(atLeast(100), evenDimension(), randomSimilarity(), .75, .1, .1, true, true));
  }

  @Override
  public void testIndexMultipleKnnVectorFields() throws Exception {
    for (int field = 0; field < 3; field++) {
      live(new Life(3, 2 + 2 * field, VectorSimilarityFunction.EUCLIDEAN, 1, 0, .5, false, true));
    }
  }

  private static int evenDimension() {
    return (atLeast(10) + 1) / 2 * 2;
  }

  private static boolean flip() {
    return random().nextBoolean();
  }

  /** Changes of an array after its document was added have no effect. */
  @Override
  public void testIndexedValueNotAliased() throws Exception {
    live(new Life(3, 2, VectorSimilarityFunction.EUCLIDEAN, 1, 0, 0, false, true));
  }

  /** Merges a vector of zeros and a vector of ones from two indexes. */
  @Override
  public void testAddIndexesDirectory01() throws Exception {
    Document document = new Document();
    float[] vector = new float[2];
    document.add(new KnnFloatVectorField("field", vector, VectorSimilarityFunction.DOT_PRODUCT));
    try (Directory first = newDirectory();
        Directory second = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(first, newIndexWriterConfig())) {
        writer.addDocument(document);
      }
      try (IndexWriter writer = new IndexWriter(second, newIndexWriterConfig())) {
        vector[0] = 1;
        vector[1] = 1;
        writer.addDocument(document);
        writer.addIndexes(first);
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          FloatVectorValues values = getOnlyLeafReader(reader).getFloatVectorValues("field");
          assertEquals(2, values.size());
          float[] a = values.vectorValue(0).clone();
          float[] b = values.vectorValue(1).clone();
          for (int d = 0; d < 2; d++) {
            assertEquals(1, Math.max(a[d], b[d]), tolerance);
            assertEquals(0, Math.min(a[d], b[d]), tolerance);
          }
        }
      }
    }
  }
}
