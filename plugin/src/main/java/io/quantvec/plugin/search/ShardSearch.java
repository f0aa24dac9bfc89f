/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.codec.query.CandidateRescoring;
import io.quantvec.codec.search.SearchWidth;
import io.quantvec.codec.search.SegmentSearch;
import io.quantvec.codec.search.ShardBeam;
import io.quantvec.plugin.activity.SearchCounter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Weight;
import org.opensearch.search.query.QueryPhase;

/** Searches the segments, in parallel if the searcher has threads, and keeps the hits of all. */
final class ShardSearch {

  /** Searches one segment. */
  private interface LeafSearcher {
    LeafCandidates search(LeafVectors vectors) throws IOException;
  }

  /** Processes documents of one segment. */
  private interface LeafTask {

    /** Returns null if the time was over before the end. */
    ScoreDoc[] run(LeafVectors vectors, int[] docs) throws IOException;
  }

  private final QuantizedKnnQuery query;
  private final IndexSearcher searcher;
  private final Weight filterWeight;
  private final List<LeafReaderContext> leaves;
  private final LeafVectors[] vectors;
  private final LeafWork[] work;
  private final RequestMemory memory;
  private final SearchProfile profile;
  private boolean partial;

  /**
   * @param query the field, vector and goal
   * @param searcher the reader, its timeout and its threads
   * @param filterWeight the documents that may be hits; null for all
   */
  ShardSearch(QuantizedKnnQuery query, IndexSearcher searcher, Weight filterWeight) {
    this.query = query;
    this.searcher = searcher;
    this.filterWeight = filterWeight;
    this.leaves = searcher.getIndexReader().leaves();
    this.memory = query.state().newMemory(query.field());
    this.profile = SearchProfile.of(searcher, query);
    this.vectors = new LeafVectors[leaves.size()];
    this.work = new LeafWork[leaves.size()];
  }

  /**
   * Searches. After a timeout or a cancellation, the result is what was found until then.
   *
   * @param asked the segment whose scorer is being made; null if none is
   */
  ShardHits run(LeafReaderContext asked) throws IOException {
    long start = System.nanoTime();
    try (memory) {
      return search(asked);
    } finally {
      count(System.nanoTime() - start);
    }
  }

  /** Counts the work, also of a search that fails. */
  private void count(long nanos) {
    LeafWork sum = LeafWork.sum(work);
    SearchCounter counter = query.state().counter();
    if (searcher instanceof MeasuredSearcher measured) {
      // Searches of an evaluation are not searches of users and are not counted.
      measured.add(sum);
    } else if (counter != null) {
      counter.add(sum.visited, sum.scored(), sum.reranked, sum.bytesRead, nanos);
    }
  }

  private ShardHits search(LeafReaderContext asked) throws IOException {
    List<ScoreDoc> hits =
        switch (query.goal()) {
          case SearchEffort effort -> nearest(effort);
          case Radius radius -> within(radius);
        };
    if (query.siblings() != null && query.siblings().expand()) {
      hits =
          withSiblings(hits, query.goal().rescores() ? this::rescoreSiblings : this::scoreSiblings);
    }
    profile.add(asked, leaves, query.field(), work);
    return new ShardHits(perLeaf(hits), partial);
  }

  private List<ScoreDoc> nearest(SearchEffort effort) throws IOException {
    // Each segment keeps no more candidates than the beam of the shard.
    for (LeafReaderContext leaf : leaves) {
      memory.reserveCandidates(Math.min(effort.graphCandidates(), leaf.reader().maxDoc()));
      // A bit for each vector of the segment that a walk may meet.
      memory.reserve(leaf.reader().maxDoc() / Byte.SIZE);
    }
    List<ScoreDoc> candidates = bestOfParents(searchTogether(effort), effort.candidates());
    if (query.siblings() != null) {
      // A graph traversal may miss the best vector of a parent.
      candidates = withSiblings(candidates, this::scoreSiblings);
      candidates.sort(CandidateRescoring.BEST_FIRST);
    }
    if (partial || !effort.rescores()) {
      return bestOfParents(candidates, effort.k());
    }
    ScoreDoc[] rescored =
        CandidateRescoring.best(
            candidates.toArray(ScoreDoc[]::new),
            effort.k(),
            query.siblings() == null ? null : this::parent,
            round -> {
              List<ScoreDoc> scored = onLeaves(Arrays.asList(round), LeafVectors::rescore);
              return scored == null ? null : scored.toArray(ScoreDoc[]::new);
            });
    return rescored == null
        ? bestOfParents(candidates, effort.k())
        : new ArrayList<>(Arrays.asList(rescored));
  }

  private List<ScoreDoc> within(Radius radius) throws IOException {
    AtomicInteger hitsSoFar = new AtomicInteger();
    return searchLeaves(leaf -> new LeafRange(leaf, radius, hitsSoFar, memory).search());
  }

  /** All vectors of the parents of given vectors, or only the given vectors if the time is over. */
  private List<ScoreDoc> withSiblings(List<ScoreDoc> docs, LeafTask scoring) throws IOException {
    List<ScoreDoc> all = partial ? null : onLeaves(docs, scoring);
    return all == null ? docs : all;
  }

  private List<ScoreDoc> bestOfParents(List<ScoreDoc> docs, int count) {
    docs.sort(CandidateRescoring.BEST_FIRST);
    if (query.siblings() != null) {
      Set<Long> parents = new HashSet<>();
      docs.removeIf(doc -> !parents.add(parent(doc)));
    }
    return docs.subList(0, Math.min(count, docs.size()));
  }

  /** The parent of a nested document, with its segment. */
  private long parent(ScoreDoc doc) {
    return (long) doc.shardIndex << Integer.SIZE | vectors[doc.shardIndex].parent(doc.doc);
  }

  private ScoreDoc[] scoreSiblings(LeafVectors leaf, int[] docs) throws IOException {
    return leaf.score(siblings(leaf, docs));
  }

  private ScoreDoc[] rescoreSiblings(LeafVectors leaf, int[] docs) throws IOException {
    return leaf.rescore(siblings(leaf, docs));
  }

  /**
   * The siblings of known documents, with memory for their scores, because there may be far more.
   */
  private int[] siblings(LeafVectors leaf, int[] docs) throws IOException {
    int[] siblings = leaf.siblings(docs);
    memory.reserveCandidates(siblings.length);
    return siblings;
  }

  /** Searches the graphs of all segments as if they were one. */
  private List<ScoreDoc> searchTogether(SearchEffort effort) throws IOException {
    List<LeafVectors> segments = new ArrayList<>(leaves.size());
    for (LeafReaderContext leaf : leaves) {
      segments.add(openLeaf(leaf));
    }
    ShardBeam beam =
        new ShardBeam(
            new SearchWidth(
                effort.candidates(), effort.graphCandidates(), effort.expectedGraphCandidates()),
            searcher,
            // The filter's own iterators look at the clock, too. The searcher will notice the
            // timeout by itself at a place where it turns into a partial response, not an error.
            e -> e instanceof QueryPhase.TimeExceededException);
    List<SegmentSearch> searches = beam.search(segments);
    List<ScoreDoc> found = new ArrayList<>();
    for (LeafReaderContext leaf : leaves) {
      SegmentSearch search = searches.get(leaf.ord);
      partial |= search.isPartial();
      for (ScoreDoc doc : search.takeCandidates().scoreDocs) {
        doc.shardIndex = leaf.ord;
        found.add(doc);
      }
    }
    return found;
  }

  private LeafVectors openLeaf(LeafReaderContext leaf) throws IOException {
    work[leaf.ord] = new LeafWork();
    vectors[leaf.ord] =
        new LeafVectors(
            leaf,
            query,
            filterWeight,
            searcher.getTimeout(),
            work[leaf.ord],
            profile.isWanted(),
            MeasuredSearcher.sourceOf(searcher));
    return vectors[leaf.ord];
  }

  /** Searches all segments. */
  private List<ScoreDoc> searchLeaves(LeafSearcher leafSearcher) throws IOException {
    List<Callable<LeafCandidates>> tasks = new ArrayList<>(leaves.size());
    for (LeafReaderContext leaf : leaves) {
      tasks.add(() -> search(leaf, leafSearcher));
    }
    List<ScoreDoc> found = new ArrayList<>();
    for (LeafCandidates candidates : searcher.getTaskExecutor().invokeAll(tasks)) {
      found.addAll(Arrays.asList(candidates.docs()));
      partial |= candidates.partial();
    }
    return found;
  }

  private LeafCandidates search(LeafReaderContext leaf, LeafSearcher leafSearcher)
      throws IOException {
    try {
      LeafCandidates found = leafSearcher.search(openLeaf(leaf));
      for (ScoreDoc doc : found.docs()) {
        doc.shardIndex = leaf.ord;
      }
      return found;
    } catch (QueryPhase.TimeExceededException e) {
      // The filter's own iterators look at the clock, too. The searcher will notice the timeout by
      // itself at a place where it turns into a partial response instead of an error.
      return LeafCandidates.INTERRUPTED;
    }
  }

  /**
   * Processes documents segment by segment.
   *
   * @return the results; null if the time was over before the end, which makes the result partial
   */
  private List<ScoreDoc> onLeaves(List<ScoreDoc> docs, LeafTask task) throws IOException {
    LeafHits[] perLeaf = perLeaf(docs);
    List<Callable<ScoreDoc[]>> tasks = new ArrayList<>();
    for (LeafReaderContext leaf : leaves) {
      int[] ofLeaf = perLeaf[leaf.ord].docs();
      if (ofLeaf.length > 0) {
        tasks.add(() -> runUnlessTimedOut(task, vectors[leaf.ord], ofLeaf));
      }
    }
    List<ScoreDoc> results = new ArrayList<>(docs.size());
    for (ScoreDoc[] result : searcher.getTaskExecutor().invokeAll(tasks)) {
      if (result == null) {
        partial = true;
        return null;
      }
      results.addAll(Arrays.asList(result));
    }
    return results;
  }

  private static ScoreDoc[] runUnlessTimedOut(LeafTask task, LeafVectors vectors, int[] docs)
      throws IOException {
    try {
      return task.run(vectors, docs);
    } catch (QueryPhase.TimeExceededException e) {
      return null;
    }
  }

  private LeafHits[] perLeaf(List<ScoreDoc> docs) {
    ScoreDoc[] sorted = docs.toArray(ScoreDoc[]::new);
    Arrays.sort(sorted, CandidateRescoring.BY_DOC);
    LeafHits[] hits = new LeafHits[leaves.size()];
    Arrays.fill(hits, LeafHits.NONE);
    for (int from = 0; from < sorted.length; ) {
      int ord = sorted[from].shardIndex;
      int to = from;
      while (to < sorted.length && sorted[to].shardIndex == ord) {
        to++;
      }
      hits[ord] = leafHits(sorted, from, to);
      from = to;
    }
    return hits;
  }

  private static LeafHits leafHits(ScoreDoc[] docs, int from, int to) {
    LeafHits hits = new LeafHits(new int[to - from], new float[to - from]);
    for (int i = from; i < to; i++) {
      hits.docs()[i - from] = docs[i].doc;
      hits.scores()[i - from] = docs[i].score;
    }
    return hits;
  }
}
