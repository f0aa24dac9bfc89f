/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.codec.CandidateRescoring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Weight;

/** Searches the segments, in parallel if the searcher has threads, and keeps the best k of all. */
final class ShardSearch {

  /** Best first; ties go to the lower document number, as everywhere in Lucene. */
  private static final Comparator<ScoreDoc> BEST_FIRST =
      Comparator.<ScoreDoc>comparingDouble(doc -> -doc.score)
          .thenComparingInt(doc -> doc.shardIndex)
          .thenComparingInt(doc -> doc.doc);

  private static final Comparator<ScoreDoc> BY_DOC =
      Comparator.comparingInt((ScoreDoc doc) -> doc.shardIndex).thenComparingInt(doc -> doc.doc);

  private final SearchEffort effort;
  private final IndexSearcher searcher;
  private final LeafSearch leafSearch;

  /**
   * @param query the field, vector and effort
   * @param searcher the reader, its timeout and its threads
   * @param filterWeight the documents that may be hits; null for all
   */
  ShardSearch(QuantizedKnnQuery query, IndexSearcher searcher, Weight filterWeight) {
    this.effort = query.effort();
    this.searcher = searcher;
    this.leafSearch = new LeafSearch(query, filterWeight, searcher.getTimeout());
  }

  boolean rescores() {
    return effort.rescores();
  }

  /** Searches; what it has when a timeout or a cancellation comes is the result, then. */
  ShardHits run() throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    List<Callable<LeafCandidates>> tasks = new ArrayList<>(leaves.size());
    for (LeafReaderContext leaf : leaves) {
      tasks.add(() -> leafSearch.search(leaf));
    }
    List<ScoreDoc> candidates = new ArrayList<>();
    boolean partial = false;
    for (LeafCandidates found : searcher.getTaskExecutor().invokeAll(tasks)) {
      candidates.addAll(Arrays.asList(found.docs()));
      partial |= found.partial();
    }
    candidates = best(candidates, effort.candidates());
    if (effort.rescores() && !partial) {
      ScoreDoc[] rescored =
          CandidateRescoring.best(
              candidates.toArray(ScoreDoc[]::new),
              effort.k(),
              round -> rescore(leaves, Arrays.asList(round)));
      partial = rescored == null;
      candidates = partial ? candidates : new ArrayList<>(Arrays.asList(rescored));
    }
    return new ShardHits(perLeaf(best(candidates, effort.k()), leaves.size()), partial);
  }

  private static List<ScoreDoc> best(List<ScoreDoc> docs, int count) {
    docs.sort(BEST_FIRST);
    return docs.subList(0, Math.min(count, docs.size()));
  }

  /** The candidates with new scores, or null if the time was over before all had one. */
  private ScoreDoc[] rescore(List<LeafReaderContext> leaves, List<ScoreDoc> candidates)
      throws IOException {
    LeafHits[] perLeaf = perLeaf(candidates, leaves.size());
    List<Callable<ScoreDoc[]>> tasks = new ArrayList<>();
    for (LeafReaderContext leaf : leaves) {
      int[] docs = perLeaf[leaf.ord].docs();
      if (docs.length > 0) {
        tasks.add(() -> leafSearch.rescore(leaf, docs));
      }
    }
    List<ScoreDoc> rescored = new ArrayList<>(candidates.size());
    for (ScoreDoc[] docs : searcher.getTaskExecutor().invokeAll(tasks)) {
      if (docs == null) {
        return null;
      }
      rescored.addAll(Arrays.asList(docs));
    }
    return rescored.toArray(ScoreDoc[]::new);
  }

  private static LeafHits[] perLeaf(List<ScoreDoc> docs, int leaves) {
    ScoreDoc[] sorted = docs.toArray(ScoreDoc[]::new);
    Arrays.sort(sorted, BY_DOC);
    LeafHits[] hits = new LeafHits[leaves];
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
