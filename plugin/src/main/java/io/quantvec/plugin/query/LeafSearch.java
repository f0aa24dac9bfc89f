/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.codec.CandidateSearchStrategy;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.QuantizedVectorValues;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TimeLimitingKnnCollectorManager;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.opensearch.search.query.QueryPhase;

/** Finds a segment's candidates, in the graph or by scoring every vector that may be a hit. */
final class LeafSearch {

  /** A vector that a scan scores takes some 30 ns, one that a walk does four times as long. */
  private static final int SCANNED_FOR_ONE_WALKED = 4;

  private static final KnnSearchStrategy FINAL_SCORES =
      new KnnSearchStrategy.Hnsw(CandidateSearchStrategy.WITHOUT_FILTERED_SEARCH);

  private static final KnnSearchStrategy CANDIDATES =
      new CandidateSearchStrategy(CandidateSearchStrategy.WITHOUT_FILTERED_SEARCH);

  /** Vectors that are read without a look at the clock: some milliseconds if none is in memory. */
  private static final int RESCORED_AT_ONCE = 256;

  private final String field;
  private final float[] target;
  private final SearchEffort effort;
  private final Weight filterWeight;
  private final QueryTimeout timeout;
  private final KnnSearchStrategy strategy;

  /**
   * @param query the field, vector and effort
   * @param filterWeight the documents that may be hits; null for all
   * @param timeout when to stop; null for never
   */
  LeafSearch(QuantizedKnnQuery query, Weight filterWeight, QueryTimeout timeout) {
    this.field = query.field();
    this.target = query.target();
    this.effort = query.effort();
    this.filterWeight = filterWeight;
    this.timeout = timeout;
    this.strategy = effort.rescores() ? CANDIDATES : FINAL_SCORES;
  }

  /** The segment's best candidates by the scores of their codes. */
  LeafCandidates search(LeafReaderContext context) throws IOException {
    try {
      LeafCandidates found = searchUnlessTimedOut(context);
      for (ScoreDoc doc : found.docs()) {
        doc.shardIndex = context.ord;
      }
      return found;
    } catch (QueryPhase.TimeExceededException e) {
      // The filter's own iterators look at the clock, too. The searcher will notice the timeout by
      // itself at a place where it turns into a partial response instead of an error.
      return LeafCandidates.INTERRUPTED;
    }
  }

  /** The scores of documents by the finer copy; null if the time was over before the end. */
  ScoreDoc[] rescore(LeafReaderContext context, int[] docs) throws IOException {
    QuantizedVectorValues vectors = QuantizedVectorValues.of(context.reader(), field);
    if (vectors == null) {
      return rescoreWrapped(context, docs);
    }
    ScoreDoc[] rescored = new ScoreDoc[docs.length];
    for (int from = 0; from < docs.length; from += RESCORED_AT_ONCE) {
      if (timedOut()) {
        return null;
      }
      int[] some = Arrays.copyOfRange(docs, from, Math.min(docs.length, from + RESCORED_AT_ONCE));
      float[] scores = vectors.rescore(target, some);
      for (int i = 0; i < some.length; i++) {
        rescored[from + i] = new ScoreDoc(some[i], scores[i], context.ord);
      }
    }
    return rescored;
  }

  /** Of a reader that hides what the vectors are. */
  private ScoreDoc[] rescoreWrapped(LeafReaderContext context, int[] docs) throws IOException {
    VectorScorer scorer = context.reader().getFloatVectorValues(field).rescorer(target);
    ScoreDoc[] rescored = new ScoreDoc[docs.length];
    int[] count = new int[1];
    boolean complete =
        VectorScan.run(
            scorer,
            new HitsIterator(docs),
            timeout,
            (doc, score) -> rescored[count[0]++] = new ScoreDoc(doc, score, context.ord));
    return complete ? rescored : null;
  }

  private LeafCandidates searchUnlessTimedOut(LeafReaderContext context) throws IOException {
    LeafReader reader = context.reader();
    FloatVectorValues vectors = reader.getFloatVectorValues(field);
    if (vectors == null) {
      FloatVectorValues.checkField(reader, field);
      return LeafCandidates.NONE;
    }
    if (vectors.size() == 0) {
      return LeafCandidates.NONE;
    }
    if (timedOut()) {
      return LeafCandidates.INTERRUPTED;
    }
    if (filterWeight == null) {
      AcceptDocs live = AcceptDocs.fromLiveDocs(reader.getLiveDocs(), reader.maxDoc());
      return search(context, vectors, live, vectors.size(), Integer.MAX_VALUE);
    }
    Scorer filter = filterWeight.scorer(context);
    if (filter == null) {
      return LeafCandidates.NONE;
    }
    AcceptDocs filtered = withVectors(reader, vectors, filter);
    int matches = filtered.cost();
    if (matches == 0) {
      return LeafCandidates.NONE;
    }
    if (matches <= SCANNED_FOR_ONE_WALKED * expectedVisits(vectors.size(), matches)) {
      return scan(vectors, filtered.iterator());
    }
    // A graph search that scores more vectors than match is worth less than scoring these.
    return search(context, vectors, filtered, matches, matches + 1);
  }

  /** Vectors that a walk scores before it has found enough that pass the filter. */
  private double expectedVisits(int vectors, int matches) {
    int candidates = Math.min(effort.graphCandidates(), matches);
    return (double) HnswGraphSearcher.expectedVisitedNodes(candidates, vectors) * vectors / matches;
  }

  /** The documents that pass the filter, are not deleted and have a vector, with an exact cost. */
  private static AcceptDocs withVectors(
      LeafReader reader, FloatVectorValues vectors, Scorer filter) {
    boolean dense = vectors.size() == reader.maxDoc();
    return AcceptDocs.fromIteratorSupplier(
        () ->
            dense
                ? filter.iterator()
                : ConjunctionUtils.intersectIterators(
                    List.of(filter.iterator(), vectors.iterator())),
        reader.getLiveDocs(),
        reader.maxDoc());
  }

  /**
   * @param matches an upper bound of the vectors that may be hits, exact with a filter
   * @param visitLimit vectors that the graph search may score
   */
  private LeafCandidates search(
      LeafReaderContext context,
      FloatVectorValues vectors,
      AcceptDocs accepted,
      int matches,
      int visitLimit)
      throws IOException {
    if (isFlat(context.reader())) {
      return scan(vectors, accepted.iterator());
    }
    KnnCollector collector =
        newCollector(context, Math.min(effort.graphCandidates(), matches), visitLimit);
    context.reader().searchNearestVectors(field, target, collector, accepted);
    TopDocs found = collector.topDocs();
    if (timedOut()) {
      return new LeafCandidates(found.scoreDocs, true);
    }
    boolean gaveUp = found.totalHits.relation() != TotalHits.Relation.EQUAL_TO;
    // The graph may be in pieces, above all where most of it is deleted or filtered away.
    boolean tooFew = found.scoreDocs.length < Math.min(effort.candidates(), matches);
    return gaveUp || tooFew
        ? scan(vectors, accepted.iterator())
        : new LeafCandidates(found.scoreDocs, false);
  }

  private KnnCollector newCollector(LeafReaderContext context, int candidates, int visitLimit)
      throws IOException {
    if (timeout == null) {
      return new TopKnnCollector(candidates, visitLimit, strategy);
    }
    return new TimeLimitingKnnCollectorManager(
            (limit, given, leaf) -> new TopKnnCollector(candidates, limit, given), timeout)
        .newCollector(visitLimit, strategy, context);
  }

  private LeafCandidates scan(FloatVectorValues vectors, DocIdSetIterator docs) throws IOException {
    TopKnnCollector best =
        new TopKnnCollector(
            Math.min(effort.candidates(), vectors.size()), Integer.MAX_VALUE, strategy);
    boolean complete = VectorScan.run(scorer(vectors.copy()), docs, timeout, best::collect);
    return new LeafCandidates(best.topDocs().scoreDocs, !complete);
  }

  private VectorScorer scorer(FloatVectorValues vectors) throws IOException {
    return effort.rescores() && vectors instanceof QuantizedVectorValues quantized
        ? quantized.candidateScorer(target)
        : vectors.scorer(target);
  }

  private boolean isFlat(LeafReader reader) {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    return QuantizedFlatVectorsFormat.NAME.equals(
        info.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY));
  }

  private boolean timedOut() {
    return timeout != null && timeout.shouldExit();
  }
}
