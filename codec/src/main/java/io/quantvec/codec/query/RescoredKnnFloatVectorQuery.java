/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import io.quantvec.codec.search.CandidateSearchStrategy;
import io.quantvec.codec.search.SearchWidth;
import io.quantvec.codec.search.SegmentSearch;
import io.quantvec.codec.search.ShardBeam;
import io.quantvec.codec.segment.QuantizedVectorValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TimeLimitingKnnCollectorManager;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.knn.KnnCollectorManager;

/**
 * Finds the nearest vectors of a field: collects candidates by their codes and rescores them by
 * their rerank copies. {@link ShardBeam} searches all segments of a reader together, and {@link
 * CandidateRescoring} rescores the candidates. The query also works on fields of other codecs,
 * whose segments are searched one by one.
 */
public final class RescoredKnnFloatVectorQuery extends KnnFloatVectorQuery {

  private final int hits;

  /**
   * @param field the field of the vectors
   * @param target the query vector, with the dimension of the field
   * @param k number of hits to return, at least 1
   * @param candidates number of candidates that the search of all segments keeps, at least k: the
   *     ef of HNSW
   * @param filter matches the documents that may be hits; null for all documents
   * @throws IllegalArgumentException if k or candidates is out of its range
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
          "[k] must be at least 1 and [candidates] at least k, got ["
              + k
              + "] and ["
              + candidates
              + "]");
    }
    this.hits = k;
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    Weight filterWeight = null;
    if (filter != null) {
      Query accepted =
          new BooleanQuery.Builder()
              .add(filter, BooleanClause.Occur.FILTER)
              .add(new FieldExistsQuery(field), BooleanClause.Occur.FILTER)
              .build()
              .rewrite(searcher);
      if (accepted instanceof MatchNoDocsQuery) {
        return accepted;
      }
      filterWeight = searcher.createWeight(accepted, ScoreMode.COMPLETE_NO_SCORES, 1);
    }
    return new Bound(nearest(searcher, filterWeight)).rewrite(searcher);
  }

  private TopDocs nearest(IndexSearcher searcher, Weight filterWeight) throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    List<LeafFloatVectors> vectors = new ArrayList<>(leaves.size());
    for (LeafReaderContext leaf : leaves) {
      vectors.add(new LeafFloatVectors(leaf, this, target, filterWeight, searcher.getTimeout()));
    }
    ShardBeam beam = new ShardBeam(new SearchWidth(k, k), searcher, e -> false);
    List<SegmentSearch> segments = beam.search(vectors);
    List<ScoreDoc> candidates = new ArrayList<>();
    boolean partial = false;
    long visited = 0;
    for (int i = 0; i < segments.size(); i++) {
      partial |= segments.get(i).isPartial();
      TopDocs found = segments.get(i).takeCandidates();
      visited += found.totalHits.value();
      for (ScoreDoc candidate : found.scoreDocs) {
        candidate.doc += leaves.get(i).docBase;
        candidates.add(candidate);
      }
    }
    ScoreDoc[] best = candidates.toArray(ScoreDoc[]::new);
    HitOrder.sortBestFirst(best);
    best = Arrays.copyOf(best, Math.min(k, best.length));
    return new TopDocs(
        new TotalHits(
            visited,
            partial ? TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO : TotalHits.Relation.EQUAL_TO),
        CandidateRescoring.best(best, hits, round -> rescore(leaves, round)));
  }

  /** Rescores candidates, which are in document order, segment by segment. */
  private ScoreDoc[] rescore(List<LeafReaderContext> leaves, ScoreDoc[] candidates)
      throws IOException {
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

  /**
   * A query that matches given hits, built in the same way as Lucene's own rewritten k-NN query.
   */
  private final class Bound extends KnnFloatVectorQuery {

    private final TopDocs found;

    Bound(TopDocs found) {
      super(
          RescoredKnnFloatVectorQuery.this.field,
          RescoredKnnFloatVectorQuery.this.target,
          RescoredKnnFloatVectorQuery.this.k);
      this.found = found;
    }

    @Override
    protected KnnCollectorManager getKnnCollectorManager(int count, IndexSearcher searcher) {
      // Nothing is collected. Lucene's own manager is not used because it may search twice.
      return (visitLimit, strategy, leaf) -> new TopKnnCollector(count, visitLimit, strategy);
    }

    @Override
    protected TopDocs searchLeaf(
        LeafReaderContext leaf, Weight weight, TimeLimitingKnnCollectorManager manager) {
      return TopDocsCollector.EMPTY_TOPDOCS;
    }

    @Override
    protected TopDocs mergeLeafResults(TopDocs[] perLeafResults) {
      return found;
    }
  }
}
