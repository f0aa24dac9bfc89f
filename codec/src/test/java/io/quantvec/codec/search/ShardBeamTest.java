/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.BitSet;
import org.junit.jupiter.api.Test;

/** Rounds and floors of a search, with segments whose searches visit vectors in a known order. */
class ShardBeamTest {

  /** Enough vectors that a scan is never faster. */
  private static final int SIZE = 1_000_000;

  /** A segment whose search visits documents 0, 1, ... with decreasing scores. */
  private static final class Segment implements SearchedVectors {

    private final float first;
    private final int reachable;
    private QueryTimeout timeout;
    private RuntimeException failure;
    private long scanned;

    /**
     * @param first the first score; each later score is lower by 1
     * @param reachable number of vectors that the search can reach
     */
    Segment(float first, int reachable) {
      this.first = first;
      this.reachable = reachable;
    }

    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public int codeBytes() {
      return 100;
    }

    @Override
    public boolean hasGraph() {
      return true;
    }

    @Override
    public boolean isFiltered() {
      return false;
    }

    @Override
    public AcceptDocs accepted() {
      return AcceptDocs.fromLiveDocs(null, SIZE);
    }

    @Override
    public BitSet parents() {
      return null;
    }

    @Override
    public KnnSearchStrategy strategy() {
      return null;
    }

    @Override
    public QueryTimeout timeout() {
      return timeout;
    }

    @Override
    public void searchGraph(KnnCollector collector, AcceptDocs accepted) {
      int[] next = new int[1];
      ((SegmentCollector) collector)
          .pause(
              visits -> {
                for (long i = 0; i < visits; i++) {
                  float score = first - next[0];
                  if (next[0] == reachable
                      || collector.earlyTerminated()
                      || score < collector.minCompetitiveSimilarity()) {
                    return true;
                  }
                  collector.collect(next[0]++, score);
                  collector.incVisitedCount(1);
                }
                return false;
              });
    }

    @Override
    public boolean advance(SegmentCollector collector, long visits) throws IOException {
      if (failure != null) {
        throw failure;
      }
      return collector.paused().advance(visits);
    }

    @Override
    public boolean codesAreBits() {
      return false;
    }

    @Override
    public boolean scan(AcceptDocs accepted, KnnCollector collector) {
      for (int doc = 0; doc < 2_000; doc++) {
        collector.collect(doc, first - doc);
      }
      scanned += 2_000;
      return true;
    }
  }

  private static List<SegmentSearch> search(SearchWidth width, List<Segment> segments)
      throws IOException {
    IndexSearcher searcher = new IndexSearcher(new MultiReader());
    return new ShardBeam(width, searcher, e -> e instanceof IllegalStateException).search(segments);
  }

  private static long visits(SegmentSearch search) {
    return search.takeCandidates().totalHits.value();
  }

  @Test
  void segmentWithDistantVectorsEndsEarly() throws IOException {
    SearchWidth width = new SearchWidth(10, 1_000);
    List<SegmentSearch> searches =
        search(
            width,
            List.of(
                new Segment(1e6f, SIZE),
                new Segment(0, SIZE),
                new Segment(0, SIZE),
                new Segment(0, SIZE)));
    assertEquals(1_000, visits(searches.get(0)));
    for (SegmentSearch farther : searches.subList(1, 4)) {
      long visits = visits(farther);
      // The segment's own candidates, and the vectors of a round that exceed them.
      assertTrue(visits >= width.own(.25) && visits < 800, visits + " visits");
      assertFalse(farther.isPartial());
    }
  }

  @Test
  void findsTheBestOfAll() throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      segments.add(new Segment(i * .1f, SIZE));
    }
    List<Float> found = new ArrayList<>();
    List<Float> expected = new ArrayList<>();
    for (SegmentSearch search : search(new SearchWidth(100, 100), segments)) {
      for (ScoreDoc doc : search.takeCandidates().scoreDocs) {
        found.add(doc.score);
      }
    }
    for (Segment segment : segments) {
      for (int doc = 0; doc < 100; doc++) {
        expected.add(segment.first - doc);
      }
    }
    found.sort(Collections.reverseOrder());
    expected.sort(Collections.reverseOrder());
    assertEquals(expected.subList(0, 100), found.subList(0, 100));
  }

  @Test
  void searchWithTooFewCandidatesIsFollowedByAScan() throws IOException {
    Segment dry = new Segment(5, 3);
    List<SegmentSearch> searches = search(new SearchWidth(10, 50), List.of(dry));
    assertEquals(2_000, dry.scanned);
    assertEquals(10, searches.get(0).takeCandidates().scoreDocs.length);
  }

  /**
   * There is a floor, but it did not end the search, because the segment has not found its own
   * candidates.
   */
  @Test
  void searchWithTooFewCandidatesBelowAFloorIsFollowedByAScan() throws IOException {
    Segment dry = new Segment(1e6f, 300);
    SearchWidth width = new SearchWidth(400, 500);
    assertTrue(width.own(.5) > dry.reachable);
    List<SegmentSearch> searches = search(width, List.of(dry, new Segment(0, SIZE)));
    assertEquals(2_000, dry.scanned);
    assertEquals(400, searches.get(0).takeCandidates().scoreDocs.length);
  }

  @Test
  void timeoutEndsEverySegmentWithItsCandidates() throws IOException {
    Segment slow = new Segment(5, SIZE);
    int[] looks = new int[1];
    slow.timeout = () -> ++looks[0] > 20;
    List<SegmentSearch> searches = search(new SearchWidth(10, 50), List.of(slow));
    assertTrue(searches.get(0).isPartial());
    assertTrue(searches.get(0).takeCandidates().scoreDocs.length > 0);
  }

  @Test
  void timeoutExceptionGivesAPartialResult() throws IOException {
    Segment interrupted = new Segment(5, SIZE);
    interrupted.failure = new IllegalStateException("time is over");
    List<SegmentSearch> searches =
        search(new SearchWidth(10, 50), List.of(interrupted, new Segment(9, SIZE)));
    assertTrue(searches.get(0).isPartial());
    assertFalse(searches.get(1).isPartial());
    interrupted.failure = new UnsupportedOperationException("a fault");
    assertThrows(
        UnsupportedOperationException.class,
        () -> search(new SearchWidth(10, 50), List.of(interrupted)));
  }

  @Test
  void noSegmentsHaveNoHits() throws IOException {
    assertArrayEquals(
        new Object[0], search(new SearchWidth(10, 50), List.of()).toArray(SegmentSearch[]::new));
  }
}
