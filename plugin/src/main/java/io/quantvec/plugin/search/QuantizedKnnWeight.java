/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;

/**
 * Searches all segments when the platform asks the first segment for its hits, because the hits of
 * a segment depend on all other segments.
 */
final class QuantizedKnnWeight extends Weight {

  private final QuantizedKnnQuery query;
  private final IndexSearcher searcher;
  private final ShardSearch search;
  private final float boost;
  private volatile ShardHits hits;

  /**
   * @param query the query
   * @param searcher the reader, its timeout and its threads
   * @param filterWeight the documents that may be hits; null for all
   * @param boost a factor for all scores
   */
  QuantizedKnnWeight(
      QuantizedKnnQuery query, IndexSearcher searcher, Weight filterWeight, float boost) {
    super(query);
    this.query = query;
    this.searcher = searcher;
    this.search = new ShardSearch(query, searcher, filterWeight);
    this.boost = boost;
  }

  private ShardHits hits(LeafReaderContext asked) throws IOException {
    ShardHits found = hits;
    if (found == null) {
      // Slices that wait here lend their threads to nobody, but the one inside never needs them:
      // the task executor runs on the calling thread whatever no other thread has started.
      synchronized (search) {
        found = hits;
        if (found == null) {
          found = query.state().known(searcher);
          if (found == null) {
            found = search.run(asked);
            query.state().remember(searcher, found);
          }
          hits = found;
        }
      }
    }
    return found;
  }

  @Override
  public ScorerSupplier scorerSupplier(LeafReaderContext context) {
    ShardHits found = hits;
    // After a timeout also a segment without hits gets a scorer: the searcher notices the timeout
    // when it runs one, and without that would call the response complete.
    if (found != null && !found.partial() && found.ofLeaf(context.ord).size() == 0) {
      return null;
    }
    long cost =
        found == null
            ? Math.min(query.goal().expectedHits(), context.reader().maxDoc())
            : found.ofLeaf(context.ord).size();
    return new DefaultScorerSupplier(
        new HitsScorer(() -> hits(context).ofLeaf(context.ord), cost, boost));
  }

  /**
   * Known only after a search. Aggregations make a weight for each segment just to ask it for this,
   * and each would search all of the shard.
   */
  @Override
  public int count(LeafReaderContext context) {
    ShardHits found = hits;
    return found == null || found.partial() ? -1 : found.ofLeaf(context.ord).size();
  }

  @Override
  public Explanation explain(LeafReaderContext context, int doc) throws IOException {
    LeafHits leaf = hits(null).ofLeaf(context.ord);
    int index = leaf.indexOf(doc);
    ScoreExplanation explanation = new ScoreExplanation(query);
    if (index < 0) {
      return explanation.noHit(context, doc);
    }
    Explanation score = explanation.hit(context, doc, leaf.score(index));
    return boost == 1
        ? score
        : Explanation.match(
            leaf.score(index) * boost, "product of:", score, Explanation.match(boost, "boost"));
  }

  /** Not cacheable by segment: the hits of a segment change with other segments. */
  @Override
  public boolean isCacheable(LeafReaderContext context) {
    return false;
  }
}
