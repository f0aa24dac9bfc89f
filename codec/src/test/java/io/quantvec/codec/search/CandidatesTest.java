/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.hnsw.FloatHeap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the best vectors, and the best vectors of different parents, with sorting all vectors.
 */
class CandidatesTest {

  private static final Comparator<ScoreDoc> BEST_FIRST =
      Comparator.comparingDouble((ScoreDoc hit) -> -hit.score).thenComparingInt(hit -> hit.doc);

  private static final int DOCS = 400;

  private static List<ScoreDoc> shuffled(Random random) {
    List<ScoreDoc> docs = new ArrayList<>();
    for (int doc = 0; doc < DOCS; doc++) {
      // Few distinct scores, so that many are equal.
      docs.add(new ScoreDoc(doc, random.nextInt(60)));
    }
    Collections.shuffle(docs, random);
    return docs;
  }

  private static void assertSame(List<ScoreDoc> expected, ScoreDoc[] found) {
    assertEquals(expected.size(), found.length);
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected.get(i).doc, found[i].doc, "place " + i);
      assertEquals(expected.get(i).score, found[i].score);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 64, 65, 399, 400, 500})
  void keepsTheBestVectors(int max) {
    Random random = new Random(max);
    List<ScoreDoc> docs = shuffled(random);
    Candidates candidates = new VectorCandidates(max);
    for (ScoreDoc doc : docs) {
      candidates.collect(doc.doc, doc.score);
    }
    docs.sort(BEST_FIRST);
    List<ScoreDoc> expected = docs.subList(0, Math.min(max, DOCS));
    assertEquals(expected.size(), candidates.size());
    assertEquals(
        max > DOCS ? Float.NEGATIVE_INFINITY : expected.getLast().score, candidates.least());
    assertSame(expected, candidates.drain(Float.NEGATIVE_INFINITY));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 39, 40, 50})
  void keepsTheBestVectorOfEachOfTheBestParents(int max) {
    int siblings = 9;
    FixedBitSet parents = new FixedBitSet(DOCS);
    for (int parent = siblings; parent < DOCS; parent += siblings + 1) {
      parents.set(parent);
    }
    for (int seed = 0; seed < 20; seed++) {
      List<ScoreDoc> docs = shuffled(new Random(seed));
      docs.removeIf(doc -> parents.get(doc.doc));
      Candidates candidates = new ParentCandidates(max, parents);
      Map<Integer, ScoreDoc> best = new HashMap<>();
      for (ScoreDoc doc : docs) {
        candidates.collect(doc.doc, doc.score);
        best.merge(
            parents.nextSetBit(doc.doc), doc, (a, b) -> BEST_FIRST.compare(a, b) <= 0 ? a : b);
        assertEquals(Math.min(max, best.size()), candidates.size());
      }
      List<ScoreDoc> expected = new ArrayList<>(best.values());
      expected.sort(BEST_FIRST);
      expected = expected.subList(0, Math.min(max, expected.size()));
      FloatHeap heap = new FloatHeap(expected.size());
      candidates.offerScores(heap::offer);
      assertEquals(expected.getLast().score, heap.peek());
      assertSame(expected, candidates.drain(Float.NEGATIVE_INFINITY));
    }
  }

  @Test
  void drainsCandidatesFromAMinimumScore() {
    FixedBitSet parents = new FixedBitSet(64);
    parents.set(0, 64);
    for (Candidates candidates :
        List.of(new VectorCandidates(10), new ParentCandidates(10, parents))) {
      for (int doc = 0; doc < 20; doc++) {
        candidates.collect(doc, doc);
      }
      ScoreDoc[] found = candidates.drain(17);
      assertEquals(3, found.length);
      assertEquals(19, found[0].doc);
      assertEquals(0, candidates.size());
    }
  }

  @Test
  void offersTheScoresOfAllCandidates() {
    Candidates candidates = new VectorCandidates(3);
    for (int doc = 0; doc < 100; doc++) {
      candidates.collect(doc, doc % 10);
    }
    FloatHeap heap = new FloatHeap(3);
    candidates.offerScores(heap::offer);
    assertEquals(9, heap.peek());
  }

  @Test
  void floorAppliesOnceASegmentHasItsOwnCandidates() {
    SegmentCollector collector = new SegmentCollector(10, 2, 1_000, null, null, null);
    collector.setFloor(5);
    assertTrue(collector.collect(0, 1));
    assertEquals(Float.NEGATIVE_INFINITY, collector.minCompetitiveSimilarity());
    assertTrue(collector.collect(1, 3));
    assertEquals(1, collector.minCompetitiveSimilarity());
    assertTrue(collector.collect(2, 9));
    assertTrue(collector.collect(3, 8));
    assertEquals(5, collector.minCompetitiveSimilarity());
    assertFalse(collector.earlyTerminated());
    assertEquals(4, collector.topDocs().scoreDocs.length);
  }

  @Test
  void visitLimitEndsASearch() {
    SegmentCollector collector = new SegmentCollector(10, 2, 100, null, null, null);
    collector.incVisitedCount(99);
    assertFalse(collector.earlyTerminated());
    collector.incVisitedCount(1);
    assertTrue(collector.earlyTerminated());
    assertTrue(collector.gaveUp());
  }
}
