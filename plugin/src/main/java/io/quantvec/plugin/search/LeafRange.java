/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;

/**
 * Finds all vectors of a segment that score high enough. Every code is scanned, because a graph
 * traversal cannot guarantee completeness. If the rerank copy decides, the code only rules vectors
 * out, and the rerank copies of all others are read.
 */
final class LeafRange {

  /** Hits whose memory is reserved at once. */
  private static final int COUNTED_AT_ONCE = 1024;

  private final LeafVectors vectors;
  private final Radius radius;
  private final AtomicInteger hitsSoFar;
  private final RequestMemory memory;
  private final List<ScoreDoc> hits = new ArrayList<>();
  private final int[] undecided = new int[LeafVectors.RESCORED_AT_ONCE];
  private int undecidedCount;
  private boolean interrupted;

  /**
   * @param vectors the segment
   * @param radius what a hit is
   * @param hitsSoFar hits of all segments, counted here and bounded by the radius
   * @param memory told of the hits
   */
  LeafRange(LeafVectors vectors, Radius radius, AtomicInteger hitsSoFar, RequestMemory memory) {
    this.memory = memory;
    this.vectors = vectors;
    this.radius = radius;
    this.hitsSoFar = hitsSoFar;
  }

  /**
   * The segment's hits.
   *
   * @throws IllegalArgumentException if there are more than the radius allows in all
   */
  LeafCandidates search() throws IOException {
    if (vectors.size() == 0) {
      return LeafCandidates.NONE;
    }
    AcceptDocs accepted = vectors.accepted();
    if (accepted == null) {
      return LeafCandidates.NONE;
    }
    boolean complete;
    if (!radius.rescores()) {
      complete = vectors.scan(vectors.codeScorer(), accepted.iterator(), this::collect);
    } else if (vectors.hasFinerCopy()) {
      complete =
          vectors.scan(vectors.upperBoundScorer(), accepted.iterator(), this::consider)
              && rescoreUndecided();
    } else {
      complete = vectors.scan(vectors.rerankScorer(), accepted.iterator(), this::collect);
    }
    return new LeafCandidates(hits.toArray(ScoreDoc[]::new), !complete || interrupted);
  }

  private void consider(int doc, float atMost) throws IOException {
    if (atMost < radius.minScore() || interrupted) {
      return;
    }
    undecided[undecidedCount++] = doc;
    if (undecidedCount == undecided.length) {
      interrupted = !rescoreUndecided();
    }
  }

  private boolean rescoreUndecided() throws IOException {
    ScoreDoc[] rescored = vectors.rescore(Arrays.copyOf(undecided, undecidedCount));
    undecidedCount = 0;
    if (rescored == null) {
      return false;
    }
    for (ScoreDoc doc : rescored) {
      collect(doc.doc, doc.score);
    }
    return true;
  }

  private void collect(int doc, float score) {
    if (score < radius.minScore()) {
      return;
    }
    if (hits.size() % COUNTED_AT_ONCE == 0) {
      memory.reserveCandidates(COUNTED_AT_ONCE);
    }
    if (hitsSoFar.incrementAndGet() > radius.maxHits()) {
      throw new IllegalArgumentException(vectors.tooManyHits(radius));
    }
    hits.add(new ScoreDoc(doc, score, vectors.context().ord));
  }
}
