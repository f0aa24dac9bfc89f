/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.knn.KnnCollectorManager;

/**
 * The nearest vectors of a field by their finest copy, among the nearest by their codes. It is
 * Lucene's query with {@link CandidateRescoring} at its end, and works on other codecs' fields too.
 */
public final class RescoredKnnFloatVectorQuery extends KnnFloatVectorQuery {

  private final int hits;

  /**
   * @param field the vectors' field
   * @param target the query; its dimension is the field's
   * @param k hits that are wanted, at least 1
   * @param candidates what the search of a graph keeps, the ef of HNSW, at least k
   * @param filter which documents may be hits; null for all
   */
  public RescoredKnnFloatVectorQuery(
      String field, float[] target, int k, int candidates, Query filter) {
    super(
        field,
        target,
        Math.max(k, candidates),
        filter,
        new CandidateSearchStrategy(CandidateSearchStrategy.WITHOUT_FILTERED_SEARCH));
    if (k < 1 || candidates < k) {
      throw new IllegalArgumentException(
          "k must be at least 1 and candidates at least k, got " + k + " and " + candidates);
    }
    this.hits = k;
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    try {
      return new Bound(searcher).rewrite(searcher);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public String toString(String defaultField) {
    return "Rescored" + super.toString(defaultField) + "[" + hits + "]";
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other) && hits == ((RescoredKnnFloatVectorQuery) other).hits;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + hits;
  }

  /** The query while it runs on one reader, which Lucene does not hand to where results meet. */
  private final class Bound extends KnnFloatVectorQuery {

    private final List<LeafReaderContext> leaves;

    Bound(IndexSearcher searcher) {
      super(
          RescoredKnnFloatVectorQuery.this.field,
          RescoredKnnFloatVectorQuery.this.target,
          RescoredKnnFloatVectorQuery.this.k,
          RescoredKnnFloatVectorQuery.this.filter,
          RescoredKnnFloatVectorQuery.this.searchStrategy);
      this.leaves = searcher.getIndexReader().leaves();
    }

    /** Every segment keeps all candidates: what it may leave out depends on the exact scores. */
    @Override
    protected KnnCollectorManager getKnnCollectorManager(int count, IndexSearcher searcher) {
      return (visitLimit, strategy, leaf) -> new TopKnnCollector(count, visitLimit, strategy);
    }

    @Override
    protected TopDocs mergeLeafResults(TopDocs[] perLeafResults) {
      TopDocs candidates = super.mergeLeafResults(perLeafResults);
      try {
        return new TopDocs(
            candidates.totalHits,
            CandidateRescoring.best(candidates.scoreDocs, hits, this::rescore));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Takes the documents of a segment together; they come in their order. */
    private ScoreDoc[] rescore(ScoreDoc[] candidates) throws IOException {
      for (int from = 0; from < candidates.length; ) {
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(candidates[from].doc, leaves));
        int end = leaf.docBase + leaf.reader().maxDoc();
        int to = from;
        while (to < candidates.length && candidates[to].doc < end) {
          to++;
        }
        int[] docs = new int[to - from];
        for (int i = from; i < to; i++) {
          docs[i - from] = candidates[i].doc - leaf.docBase;
        }
        float[] scores = exactScores(leaf, docs);
        for (int i = from; i < to; i++) {
          candidates[i].score = scores[i - from];
        }
        from = to;
      }
      return candidates;
    }

    private float[] exactScores(LeafReaderContext leaf, int[] docs) throws IOException {
      QuantizedVectorValues values = QuantizedVectorValues.of(leaf.reader(), field);
      if (values != null) {
        return values.rescore(target, docs);
      }
      VectorScorer scorer = leaf.reader().getFloatVectorValues(field).rescorer(target);
      DocIdSetIterator iterator = scorer.iterator();
      float[] scores = new float[docs.length];
      for (int i = 0; i < docs.length; i++) {
        iterator.advance(docs[i]);
        scores[i] = scorer.score();
      }
      return scores;
    }
  }
}
