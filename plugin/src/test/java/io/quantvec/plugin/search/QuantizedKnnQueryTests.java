/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.junit.After;
import org.junit.Before;

/** The Lucene query by itself: segments, deletions, threads, interruption. */
public class QuantizedKnnQueryTests extends LuceneTestCase {

  private static final String FIELD = "v";
  private static final int DIMENSION = 8;
  private static final int PER_SEGMENT = 1000;

  private final List<float[]> vectors = new ArrayList<>();
  private Directory directory;
  private IndexWriter writer;
  private DirectoryReader reader;

  @Before
  public void open() throws IOException {
    directory = newDirectory();
    open(
        new QuantizedHnswVectorsFormat(
            new QuantizationConfig(Precision.INT8),
            16,
            100,
            1,
            null,
            QuantizedHnswVectorsFormat.ALWAYS_GRAPH));
  }

  private void open(KnnVectorsFormat format) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig();
    config.setMergePolicy(NoMergePolicy.INSTANCE);
    config.setCodec(
        new Lucene104Codec() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return format;
          }
        });
    writer = new IndexWriter(directory, config);
  }

  @After
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
    writer.close();
    directory.close();
  }

  private static float[] randomVector() {
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) random().nextGaussian();
    }
    return vector;
  }

  /** Document i has the term i and vector i. */
  private void fill(int segments) throws IOException {
    for (int s = 0; s < segments; s++) {
      for (int i = 0; i < PER_SEGMENT; i++) {
        Document document = new Document();
        float[] vector = randomVector();
        document.add(new StringField("id", "" + vectors.size(), Field.Store.NO));
        document.add(new IntPoint("n", vectors.size()));
        document.add(new KnnFloatVectorField(FIELD, vector, VectorSimilarityFunction.EUCLIDEAN));
        vectors.add(vector);
        writer.addDocument(document);
      }
      writer.flush();
    }
  }

  private IndexSearcher searcher() throws IOException {
    return searcher(null);
  }

  private IndexSearcher searcher(ExecutorService executor) throws IOException {
    if (reader != null) {
      reader.close();
    }
    reader = DirectoryReader.open(writer);
    IndexSearcher searcher = new IndexSearcher(reader, executor);
    searcher.setQueryCache(null);
    return searcher;
  }

  private static QuantizedKnnQuery query(float[] target, int k, Query filter) {
    return new QuantizedKnnQuery(FIELD, target, new SearchEffort(k, 2 * k, 150), filter);
  }

  private List<Integer> nearest(float[] target, int k) {
    return IntStream.range(0, vectors.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                i -> -VectorSimilarityFunction.EUCLIDEAN.compare(target, vectors.get(i))))
        .limit(k)
        .toList();
  }

  private static List<Integer> docs(TopDocs top) {
    List<Integer> docs = new ArrayList<>();
    for (ScoreDoc doc : top.scoreDocs) {
      docs.add(doc.doc);
    }
    return docs;
  }

  public void testFindsTheNearestOfAllSegments() throws IOException {
    fill(3);
    IndexSearcher searcher = searcher();
    int hits = 0;
    for (int q = 0; q < 10; q++) {
      float[] target = randomVector();
      TopDocs top = searcher.search(query(target, 10, null), 100);
      assertEquals(10, top.scoreDocs.length);
      for (ScoreDoc doc : top.scoreDocs) {
        float exact = VectorSimilarityFunction.EUCLIDEAN.compare(target, vectors.get(doc.doc));
        assertEquals(exact, doc.score, 1e-5);
      }
      List<Integer> found = new ArrayList<>(nearest(target, 10));
      found.retainAll(docs(top));
      hits += found.size();
    }
    assertTrue("found " + hits + " of 100", hits >= 85);
  }

  public void testFlat() throws IOException {
    writer.close();
    open(new QuantizedFlatVectorsFormat(new QuantizationConfig(Precision.INT8)));
    fill(2);
    writer.deleteDocuments(IntPoint.newRangeQuery("n", 0, 99));
    float[] target = vectors.get(50);
    TopDocs top = searcher().search(query(target, 10, null), 100);
    assertEquals(10, top.scoreDocs.length);
    List<Integer> expected =
        nearest(target, vectors.size()).stream().filter(i -> i >= 100).limit(10).toList();
    assertEquals(expected, docs(top));
  }

  public void testThreadsChangeNothing() throws Exception {
    fill(4);
    float[] target = randomVector();
    Query query = query(target, 20, IntPoint.newRangeQuery("n", 100, 3000));
    TopDocs alone = searcher().search(query, 100);
    ExecutorService executor = Executors.newFixedThreadPool(3);
    try {
      TopDocs together = searcher(executor).search(query, 100);
      assertEquals(docs(alone), docs(together));
    } finally {
      executor.shutdown();
      assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS));
    }
  }

  /** With one segment, for the checks search each segment as an index of its own. */
  public void testMeetsLucenesContracts() throws IOException {
    fill(1);
    writer.deleteDocuments(new Term("id", "17"));
    IndexSearcher searcher = searcher();
    Query query = query(randomVector(), 15, null);
    QueryUtils.check(random(), query, searcher);
    QueryUtils.checkExplanations(query, searcher);
    QueryUtils.checkEqual(query(vectors.get(1), 15, null), query(vectors.get(1), 15, null));
    QueryUtils.checkUnequal(query(vectors.get(1), 15, null), query(vectors.get(2), 15, null));
    QueryUtils.checkUnequal(query(vectors.get(1), 15, null), query(vectors.get(1), 16, null));
    QueryUtils.checkUnequal(
        query(vectors.get(1), 15, null), query(vectors.get(1), 15, IntPoint.newExactQuery("n", 3)));
  }

  public void testCountBoostAndConjunction() throws IOException {
    fill(2);
    IndexSearcher searcher = searcher();
    Query query = query(randomVector(), 15, null);
    assertEquals(15, searcher.count(query));
    TopDocs plain = searcher.search(query, 100);
    TopDocs boosted = searcher.search(new BoostQuery(query, 3), 100);
    assertEquals(docs(plain), docs(boosted));
    assertEquals(3 * plain.scoreDocs[4].score, boosted.scoreDocs[4].score, 1e-5);
    Query both =
        new BooleanQuery.Builder()
            .add(query, BooleanClause.Occur.MUST)
            .add(IntPoint.newExactQuery("n", plain.scoreDocs[7].doc), BooleanClause.Occur.FILTER)
            .build();
    assertEquals(List.of(plain.scoreDocs[7].doc), docs(searcher.search(both, 10)));
  }

  public void testDependsOnTheWholeReaderSoIsNotCached() throws IOException {
    fill(1);
    IndexSearcher searcher = searcher();
    Weight weight =
        searcher.createWeight(query(randomVector(), 5, null), ScoreMode.COMPLETE_NO_SCORES, 1);
    assertFalse(weight.isCacheable(reader.leaves().get(0)));
  }

  public void testRewritesFilters() throws IOException {
    fill(1);
    IndexSearcher searcher = searcher();
    Query all = searcher.rewrite(query(vectors.get(0), 5, MatchAllDocsQuery.INSTANCE));
    assertEquals(query(vectors.get(0), 5, null), all);
    Query none = searcher.rewrite(query(vectors.get(0), 5, MatchNoDocsQuery.INSTANCE));
    assertTrue(none instanceof MatchNoDocsQuery);
    Query nested =
        searcher.rewrite(
            query(
                vectors.get(0),
                5,
                new BooleanQuery.Builder()
                    .add(IntPoint.newExactQuery("n", 1), BooleanClause.Occur.MUST)
                    .build()));
    assertEquals(query(vectors.get(0), 5, IntPoint.newExactQuery("n", 1)), nested);
    assertSame(nested, searcher.rewrite(nested));
  }

  /** Looks at the clock that an interrupted search takes, in the graph and in a scan. */
  public void testStopsAtATimeout() throws IOException {
    fill(1);
    for (Query filter : new Query[] {null, IntPoint.newRangeQuery("n", 0, 149)}) {
      IndexSearcher searcher = searcher();
      AtomicInteger looks = new AtomicInteger();
      searcher.setTimeout(
          () -> {
            looks.incrementAndGet();
            return false;
          });
      float[] target = randomVector();
      searcher.search(query(target, 5, filter), 10);
      int uninterrupted = looks.get();
      // More than at the start and the end: within the search.
      assertTrue(uninterrupted + " looks", uninterrupted > 3);

      int limit = uninterrupted / 2;
      looks.set(0);
      searcher.setTimeout(() -> looks.incrementAndGet() > limit);
      Weight weight =
          searcher.createWeight(searcher.rewrite(query(target, 5, filter)), ScoreMode.COMPLETE, 1);
      LeafReaderContext leaf = reader.leaves().get(0);
      assertNotNull(weight.scorerSupplier(leaf));
      assertEquals("hits are not known", -1, weight.count(leaf));
      assertTrue(looks.get() + " looks", looks.get() <= limit + 8);
    }
  }

  public void testTimeoutBeforeTheStartStillGivesAScorer() throws IOException {
    fill(1);
    IndexSearcher searcher = searcher();
    searcher.setTimeout(() -> true);
    Weight weight = searcher.createWeight(query(randomVector(), 5, null), ScoreMode.COMPLETE, 1);
    assertNotNull(weight.scorerSupplier(reader.leaves().get(0)));
    assertEquals(Integer.MAX_VALUE, weight.scorer(reader.leaves().get(0)).iterator().nextDoc());
  }

  public void testDoesNotSearchBeforeItIsAsked() throws IOException {
    fill(1);
    IndexSearcher searcher = searcher();
    AtomicInteger looks = new AtomicInteger();
    searcher.setTimeout(
        () -> {
          looks.incrementAndGet();
          return false;
        });
    Query query = searcher.rewrite(query(randomVector(), 5, null));
    Weight weight = searcher.createWeight(query, ScoreMode.COMPLETE, 1);
    assertEquals(0, looks.get());
    LeafReaderContext leaf = reader.leaves().get(0);
    assertEquals("hits are not known", -1, weight.count(leaf));
    assertEquals(0, looks.get());
    // Other clauses look up their terms between these calls and the first hit.
    Scorer scorer = weight.scorerSupplier(leaf).get(Long.MAX_VALUE);
    assertEquals(5, scorer.iterator().cost());
    assertEquals(0, looks.get());
    assertNotEquals(DocIdSetIterator.NO_MORE_DOCS, scorer.iterator().nextDoc());
    int searched = looks.get();
    assertTrue(searched > 0);
    assertEquals(5, weight.count(leaf));
    // Another weight of the same query knows what this one has found.
    Weight again = searcher.createWeight(query, ScoreMode.COMPLETE, 1);
    assertEquals(scorer.docID(), again.scorer(leaf).iterator().nextDoc());
    assertEquals(searched, looks.get());
  }

  public void testAnotherKindOfFieldIsAnError() throws IOException {
    Document document = new Document();
    document.add(
        new KnnByteVectorField(FIELD, new byte[] {1, 2}, VectorSimilarityFunction.EUCLIDEAN));
    writer.addDocument(document);
    IndexSearcher searcher = searcher();
    expectThrows(Exception.class, () -> searcher.search(query(new float[] {1, 2}, 1, null), 1));
  }
}
