/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.query.RescoredKnnFloatVectorQuery;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FullPrecisionFloatVectorSimilarityValuesSource;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exact, filtered and rescored searches of Lucene with every kind of rerank copy. */
class RerankSearchTest {

  private static final int COUNT = 900;
  private static final int DIMENSION = 48;

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    return RerankCopyTest.configs().stream()
        .flatMap(
            config ->
                Stream.of(VectorSimilarityFunction.values())
                    .map(similarity -> Arguments.of(config, similarity)));
  }

  /** Writes two sorted and sparse segments with deletes. */
  private static void write(
      Directory directory,
      KnnVectorsFormat format,
      VectorSimilarityFunction similarity,
      float[][] vectors)
      throws IOException {
    IndexWriterConfig config =
        IndexFixtures.config(format)
            .setIndexSort(new Sort(new SortField("rank", SortField.Type.LONG)));
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < COUNT; id++) {
        var document = IndexFixtures.document(id, id % 6 == 1 ? null : vectors[id], similarity);
        document.add(NumericDocValuesField.indexedField("filter", id % 45));
        writer.addDocument(document);
        if (id == COUNT * 2 / 3) {
          writer.flush();
        }
      }
      for (int id = 0; id < COUNT; id += 10) {
        writer.deleteDocuments(new Term("key", Integer.toString(id)));
      }
    }
  }

  /** The scores of all live documents, by codes or by rerank copies. */
  private static Map<Integer, Float> scores(
      DirectoryReader reader, float[] query, boolean rescored, Set<Integer> ids)
      throws IOException {
    Map<Integer, Float> scores = new HashMap<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
      VectorScorer scorer = rescored ? values.rescorer(query) : values.scorer(query);
      Bits live = leaf.reader().getLiveDocs();
      var numbers = leaf.reader().getNumericDocValues("id");
      DocIdSetIterator docs = scorer.iterator();
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        assertTrue(numbers.advanceExact(doc));
        if (live.get(doc) && ids.contains((int) numbers.longValue())) {
          scores.put(leaf.docBase + doc, scorer.score());
        }
      }
    }
    return scores;
  }

  /** Checks that the hits are the documents with the best scores, where ties allow any of them. */
  private static void expectBest(Map<Integer, Float> scores, int k, ScoreDoc[] hits, String what) {
    List<Float> sorted = new ArrayList<>(scores.values());
    sorted.sort(Comparator.reverseOrder());
    assertEquals(Math.min(k, sorted.size()), hits.length, what);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < hits.length; i++) {
      assertTrue(seen.add(hits[i].doc), what);
      float size = Math.max(1, sorted.get(0));
      assertEquals(scores.get(hits[i].doc), hits[i].score, 1e-5 * size, what);
      assertEquals(sorted.get(i), hits[i].score, 1e-5 * size, what);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void exactAndFilteredSearchesFindTheBest(
      QuantizationConfig config, VectorSimilarityFunction similarity) throws IOException {
    float[][] vectors = VectorFixtures.clustered(COUNT, DIMENSION, 1);
    Set<Integer> all = new HashSet<>();
    Set<Integer> some = new HashSet<>();
    for (int id = 0; id < COUNT; id++) {
      all.add(id);
      if (id % 45 == 3) {
        some.add(id);
      }
    }
    Query filter = NumericDocValuesField.newSlowExactQuery("filter", 3);
    try (Directory directory = IndexFixtures.directory(folder)) {
      write(directory, IndexFixtures.hnsw(config), similarity, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        for (float[] query : VectorFixtures.clustered(5, DIMENSION, 2)) {
          // k is the number of matching documents, so that the graph is not searched.
          Query filtered = new KnnFloatVectorQuery("v", query, 30, filter);
          expectBest(
              scores(reader, query, false, some),
              30,
              searcher.search(filtered, 30).scoreDocs,
              "filtered");
          Query rescored =
              new RescoreTopNQuery(
                  filtered, new FullPrecisionFloatVectorSimilarityValuesSource(query, "v"), 10);
          expectBest(
              scores(reader, query, true, some),
              10,
              searcher.search(rescored, 10).scoreDocs,
              "filtered and rescored");
          Query own = new RescoredKnnFloatVectorQuery("v", query, 5, COUNT, null);
          expectBest(
              scores(reader, query, true, all),
              5,
              searcher.search(own, 5).scoreDocs,
              "unfiltered and rescored");
        }
      }
    }
  }
}
