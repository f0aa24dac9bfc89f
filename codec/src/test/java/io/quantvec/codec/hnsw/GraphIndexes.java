/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/** Opens and searches the graphs of indexes. */
public final class GraphIndexes {

  private GraphIndexes() {}

  public static KnnVectorsReader reader(LeafReaderContext leaf, String field) {
    KnnVectorsReader reader = assertInstanceOf(CodecReader.class, leaf.reader()).getVectorReader();
    return reader instanceof PerFieldKnnVectorsFormat.FieldsReader perField
        ? perField.getFieldReader(field)
        : reader;
  }

  public static HnswGraph graph(LeafReaderContext leaf, String field) throws IOException {
    return assertInstanceOf(HnswGraphProvider.class, reader(leaf, field)).getGraph(field);
  }

  /**
   * Live documents and a filter in the form that Lucene's queries pass them; null for no filter.
   */
  public static AcceptDocs accept(LeafReaderContext leaf, FixedBitSet filter) {
    return filter == null
        ? AcceptDocs.fromLiveDocs(leaf.reader().getLiveDocs(), leaf.reader().maxDoc())
        : AcceptDocs.fromIteratorSupplier(
            () -> new BitSetIterator(filter, filter.cardinality()),
            leaf.reader().getLiveDocs(),
            leaf.reader().maxDoc());
  }

  public static KnnCollector search(
      LeafReaderContext leaf, float[] query, KnnCollector collector, FixedBitSet filter)
      throws IOException {
    leaf.reader().searchNearestVectors("v", query, collector, accept(leaf, filter));
    return collector;
  }

  public static ScoreDoc[] search(LeafReaderContext leaf, float[] query, int k, FixedBitSet filter)
      throws IOException {
    return search(leaf, query, new TopKnnCollector(k, Integer.MAX_VALUE), filter)
        .topDocs()
        .scoreDocs;
  }

  /** The same search with Lucene's searcher. */
  public static ScoreDoc[] searchWithLucene(
      LeafReaderContext leaf, float[] query, int k, FixedBitSet filter) throws IOException {
    var scorer = IndexFixtures.values(leaf).codeScorer(query, null);
    TopKnnCollector collector = new TopKnnCollector(k, Integer.MAX_VALUE);
    HnswGraphSearcher.search(
        scorer,
        collector,
        graph(leaf, "v"),
        scorer.getAcceptOrds(accept(leaf, filter).bits()),
        accept(leaf, filter).cost());
    return collector.topDocs().scoreDocs;
  }

  /** The scores of the best codes of all accepted documents, best first. */
  public static float[] bestScores(LeafReaderContext leaf, float[] query, int k, FixedBitSet filter)
      throws IOException {
    QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
    var scorer = values.codeScorer(query, null);
    var live = leaf.reader().getLiveDocs();
    float[] scores = new float[values.size()];
    int count = 0;
    for (int ord = 0; ord < scores.length; ord++) {
      int doc = values.ordToDoc(ord);
      if ((live == null || live.get(doc)) && (filter == null || filter.get(doc))) {
        scores[count++] = -scorer.score(ord);
      }
    }
    Arrays.sort(scores, 0, count);
    float[] best = new float[Math.min(k, count)];
    for (int i = 0; i < best.length; i++) {
      best[i] = -scores[i];
    }
    return best;
  }

  /** The share of the best codes that searches of the graph find. */
  public static double recall(
      LeafReaderContext leaf, float[][] queries, int k, int ef, FixedBitSet filter)
      throws IOException {
    int found = 0;
    int sought = 0;
    for (float[] query : queries) {
      float[] best = bestScores(leaf, query, k, filter);
      ScoreDoc[] hits = search(leaf, query, ef, filter);
      for (int i = 0; i < Math.min(best.length, hits.length); i++) {
        found += hits[i].score >= best[best.length - 1] - 1e-6f ? 1 : 0;
      }
      sought += best.length;
    }
    return found / (double) sought;
  }

  public static int[] docs(ScoreDoc[] hits) {
    return Arrays.stream(hits).mapToInt(hit -> hit.doc).toArray();
  }

  public static float[] scores(ScoreDoc[] hits) {
    float[] scores = new float[hits.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = hits[i].score;
    }
    return scores;
  }
}
