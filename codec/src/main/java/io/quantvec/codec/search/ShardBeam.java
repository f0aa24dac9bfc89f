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
 * Searches the segments of a shard for the nearest vectors with one beam for the whole shard
 * instead of one beam per segment. Segments are searched in rounds. In a round, the search of each
 * graph scores a number of vectors. The score of the worst of the shard's best candidates then
 * becomes the floor, and no search continues below the floor in the next round.
 *
 * <p>The result depends on the number of vectors that each round scores, but not on timing or on
 * the number of threads.
 */
public final class ShardBeam {

  /**
   * Vectors that each search scores in the first round. A floor cannot end a search before the
   * segment has its own candidates: segments of 6,536 passages score 247 vectors for 8 candidates,
   * and 475 for 24.
   */
  private static final long FIRST_ROUND = 256;

  /**
   * Ratio of a round's length to the previous round's. Rounds get longer because fewer and fewer
   * searches continue.
   */
  private static final double LENGTHENING = 1.5;

  /** Vectors to score that justify another thread: about 50 microseconds of work. */
  private static final int WORTH_THREAD = 512;

  private final SearchWidth width;
  private final IndexSearcher searcher;
  private final Predicate<RuntimeException> isTimeout;

  /** The score of the shard's worst candidate at the last computation. */
  private float worst;

  /** A step of one segment's search. */
  private interface Step {
    void run(SegmentSearch segment) throws IOException;
  }

  /**
   * @param width number of candidates to collect
   * @param searcher searches segments in parallel with its threads
   * @param isTimeout whether an exception signals a timeout, so that the candidates found so far
   *     are the result
   */
  public ShardBeam(
      SearchWidth width, IndexSearcher searcher, Predicate<RuntimeException> isTimeout) {
    this.width = width;
    this.searcher = searcher;
    this.isTimeout = isTimeout;
  }

  /**
   * Runs the search.
   *
   * @param segments the segments' vectors; all or none have {@link SearchedVectors#parents}
   * @return the finished searches of the segments, in the same order
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
    double allMatches = Math.max(1, matches);
    run(all, threads, segment -> segment.plan(segment.matches() / allMatches));
    List<SegmentSearch> scans = all.stream().filter(SegmentSearch::scans).toList();
    List<SegmentSearch> graphSearches = all.stream().filter(segment -> !segment.scans()).toList();
    long first = graphSearches.size() == 1 && scans.isEmpty() ? Long.MAX_VALUE : FIRST_ROUND;
    run(left(graphSearches), threads, segment -> segment.begin(first));
    scan(scans, threads, all);
    continueSearches(left(graphSearches), threads, all);
    if (all.size() > 1) {
      float shardFloor = worstCandidate(all);
      for (SegmentSearch segment : all) {
        segment.keepFrom(shardFloor);
      }
    }
    return all;
  }

  /**
   * Scans segments, smallest first, in groups of growing size. Each group uses the floor of all
   * previous groups.
   */
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

  /** Continues the started searches of graphs until all are over. */
  private void continueSearches(
      List<SegmentSearch> graphSearches, int threads, List<SegmentSearch> all) throws IOException {
    double visits = FIRST_ROUND;
    for (List<SegmentSearch> left = graphSearches; !left.isEmpty(); left = left(left)) {
      float floor = floor(all);
      visits *= LENGTHENING;
      // The last search does not wait for others.
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
   * The score below which candidates are not competitive. In an adaptive search, the stop condition
   * over the candidates of all segments applies as well.
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

  /**
   * The score of the shard's worst candidate; negative infinity while there is room for more
   * candidates.
   */
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
