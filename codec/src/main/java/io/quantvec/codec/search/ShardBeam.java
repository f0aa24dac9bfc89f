/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.hnsw.FloatHeap;

/**
 * Searches the segments of a shard for the nearest vectors, as if their graphs were one: the beam
 * is the shard's, and not each segment's. Segments are searched in rounds. A round lets each walk
 * score a number of vectors; then the score of the worst of the shard's best candidates becomes the
 * floor, below which no walk goes on in the next round.
 *
 * <p>What is found depends on the numbers of vectors that rounds score, and neither on time nor on
 * the number of threads.
 */
public final class ShardBeam {

  /**
   * Vectors that each walk scores in the first round. No floor can end a walk before it has its own
   * candidates: segments of 6,536 passages score 247 vectors for 8 of them, and 475 for 24.
   */
  private static final long FIRST_ROUND = 256;

  /** How much longer each round is than the one before, as fewer and fewer walks go on. */
  private static final double LENGTHENING = 1.5;

  /** Vectors to score that are worth another thread: some 50 microseconds of work. */
  private static final int WORTH_THREAD = 512;

  private final SearchWidth width;
  private final IndexSearcher searcher;
  private final Predicate<RuntimeException> isTimeout;

  /** The score of the shard's worst candidate when somebody asked last. */
  private float worst;

  /** Does a part of one segment's search. */
  private interface Step {
    void run(SegmentSearch segment) throws IOException;
  }

  /**
   * @param width how much is looked at
   * @param searcher whose threads search segments at a time
   * @param isTimeout whether an exception says that the time is over, so that what was found until
   *     then is the result
   */
  public ShardBeam(
      SearchWidth width, IndexSearcher searcher, Predicate<RuntimeException> isTimeout) {
    this.width = width;
    this.searcher = searcher;
    this.isTimeout = isTimeout;
  }

  /**
   * Searches.
   *
   * @param segments with {@link SearchedVectors#parents} in all or none
   * @return the searches of the segments in their order, all of them over
   */
  public List<SegmentSearch> search(List<? extends SearchedVectors> segments) throws IOException {
    worst = Float.NEGATIVE_INFINITY;
    List<SegmentSearch> all = new ArrayList<>(segments.size());
    for (SearchedVectors vectors : segments) {
      all.add(new SegmentSearch(vectors, width));
    }
    int threads = searcher.getSlices().length;
    run(all, threads, SegmentSearch::prepare);
    double matches = 0;
    for (SegmentSearch segment : all) {
      matches += segment.matches();
    }
    double inAll = Math.max(1, matches);
    run(all, threads, segment -> segment.plan(segment.matches() / inAll));
    List<SegmentSearch> scans = all.stream().filter(SegmentSearch::scans).toList();
    List<SegmentSearch> walks = all.stream().filter(segment -> !segment.scans()).toList();
    long first = walks.size() == 1 && scans.isEmpty() ? Long.MAX_VALUE : FIRST_ROUND;
    run(left(walks), threads, segment -> segment.begin(first));
    scan(scans, threads, all);
    walk(left(walks), threads, all);
    if (all.size() > 1) {
      float last = worstCandidate(all);
      for (SegmentSearch segment : all) {
        segment.keepFrom(last);
      }
    }
    return all;
  }

  /** Scans segments, the smallest first; each goes by what was found until then. */
  private void scan(List<SegmentSearch> scans, int threads, List<SegmentSearch> all)
      throws IOException {
    List<SegmentSearch> segments = new ArrayList<>(scans);
    segments.sort(Comparator.comparingInt(SegmentSearch::matches));
    for (int from = 0, to = 1; from < segments.size(); from = to, to = 2 * to + 1) {
      List<SegmentSearch> some = segments.subList(from, Math.min(to, segments.size()));
      float floor = floor(all);
      run(some, threads, segment -> segment.scan(floor));
    }
  }

  /** Goes on with the walks through graphs that have begun. */
  private void walk(List<SegmentSearch> walks, int threads, List<SegmentSearch> all)
      throws IOException {
    double visits = FIRST_ROUND;
    for (List<SegmentSearch> left = walks; !left.isEmpty(); left = left(left)) {
      float floor = floor(all);
      visits *= LENGTHENING;
      // The last walk waits for no other.
      long length = left.size() == 1 ? Long.MAX_VALUE : (long) visits;
      int busy = (int) Math.min(threads, left.size() * visits / WORTH_THREAD);
      run(left, busy, segment -> segment.advance(floor, length));
    }
  }

  private static List<SegmentSearch> left(List<SegmentSearch> segments) {
    List<SegmentSearch> left = new ArrayList<>(segments.size());
    for (SegmentSearch segment : segments) {
      if (!segment.isOver()) {
        left.add(segment);
      }
    }
    return left;
  }

  /**
   * The score below which no candidate counts any more. Where each query decides how far it goes,
   * what all segments have found decides, too.
   */
  private float floor(List<SegmentSearch> segments) {
    float floor = worstCandidate(segments);
    DefaultEffort effort = null;
    for (SegmentSearch segment : segments) {
      effort = effort == null ? segment.effort() : effort;
    }
    if (effort == null) {
      return floor;
    }
    AdaptiveStop stop = new AdaptiveStop(effort);
    for (SegmentSearch segment : segments) {
      segment.offerScores(stop::offer);
    }
    return Math.max(floor, stop.bound());
  }

  /** The score of the shard's worst candidate; negative infinity as long as there is room. */
  private float worstCandidate(List<SegmentSearch> segments) {
    FloatHeap best = new FloatHeap(width.beam());
    float known = worst;
    for (SegmentSearch segment : segments) {
      segment.offerScores(
          score -> {
            if (score >= known) {
              best.offer(score);
            }
          });
    }
    if (best.size() == width.beam()) {
      worst = best.peek();
    }
    return worst;
  }

  private void run(List<SegmentSearch> segments, int atMost, Step step) throws IOException {
    int threads = Math.min(segments.size(), atMost);
    if (threads <= 1) {
      for (SegmentSearch segment : segments) {
        run(segment, step);
      }
      return;
    }
    List<Callable<Void>> tasks = new ArrayList<>(threads);
    for (int thread = 0; thread < threads; thread++) {
      int first = thread;
      tasks.add(
          () -> {
            for (int i = first; i < segments.size(); i += threads) {
              run(segments.get(i), step);
            }
            return null;
          });
    }
    searcher.getTaskExecutor().invokeAll(tasks);
  }

  private void run(SegmentSearch segment, Step step) throws IOException {
    try {
      step.run(segment);
    } catch (RuntimeException e) {
      if (!isTimeout.test(e)) {
        throw e;
      }
      segment.interrupt();
    }
  }
}
