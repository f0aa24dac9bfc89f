/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.lucene.search.ScoreDoc;

/**
 * Scores a search's candidates anew, and no more of them than can matter. Of candidates in the
 * order of their estimated scores the first are scored exactly; how far their estimates were off
 * says how far the next ones' can be; and it ends where no later one would come among the best k
 * even so. What has to be scored is scored in rounds, each of which can be read in the order of
 * documents.
 */
public final class CandidateRescoring {

  /** Computes exact scores. */
  @FunctionalInterface
  public interface ExactScores {

    /**
     * Scores candidates.
     *
     * @param candidates in the order of their documents; theirs to change
     * @return the same documents with their exact scores, in any order; null to give up
     */
    ScoreDoc[] of(ScoreDoc[] candidates) throws IOException;
  }

  /** Fewer errors than these say too little of the others. */
  private static final int MIN_FIRST_ROUND = 20;

  /**
   * Standard deviations that an estimate may be off by, beyond the mean. Errors of later candidates
   * are smaller than those of the first: with 4 the best 10 of 384 dimensions are as good as if all
   * candidates were rescored, within .05 points of recall; 3 lose .1.
   */
  private static final double DEVIATIONS = 4;

  /** Segment by segment, in the order of documents. */
  public static final Comparator<ScoreDoc> BY_DOC =
      Comparator.comparingInt((ScoreDoc hit) -> hit.shardIndex).thenComparingInt(hit -> hit.doc);

  /** Best first; ties go to the lower document number, as everywhere in Lucene. */
  public static final Comparator<ScoreDoc> BEST_FIRST =
      Comparator.comparingDouble((ScoreDoc hit) -> -hit.score).thenComparing(BY_DOC);

  private CandidateRescoring() {}

  /**
   * The best of all candidates.
   *
   * @param candidates the highest estimate first; {@link ScoreDoc#shardIndex} tells documents of
   *     different segments apart
   * @param k how many are wanted, at least 1
   * @param exact computes scores; the lists of its calls are disjoint
   * @return at most k, the best first, with exact scores; null if {@code exact} gave up
   */
  public static ScoreDoc[] best(ScoreDoc[] candidates, int k, ExactScores exact)
      throws IOException {
    return best(candidates, k, null, exact);
  }

  /**
   * The best candidates of different groups, such as the parents of nested documents.
   *
   * @param candidates the highest estimate first; {@link ScoreDoc#shardIndex} tells documents of
   *     different segments apart
   * @param k how many groups are wanted, at least 1
   * @param group of a candidate; null if each is one of its own
   * @param exact computes scores; the lists of its calls are disjoint
   * @return at most k, one of a group, the best first, with exact scores; null if {@code exact}
   *     gave up
   */
  public static ScoreDoc[] best(
      ScoreDoc[] candidates, int k, ToLongFunction<ScoreDoc> group, ExactScores exact)
      throws IOException {
    ScoreDoc[] scored = new ScoreDoc[0];
    Errors errors = new Errors();
    int next = 0;
    int end = Math.min(candidates.length, Math.max(2 * k, MIN_FIRST_ROUND));
    while (next < end) {
      ScoreDoc[] round = Arrays.copyOfRange(candidates, next, end);
      HitOrder.sortByDoc(round);
      float[] estimates = new float[round.length];
      for (int i = 0; i < round.length; i++) {
        estimates[i] = round[i].score;
      }
      ScoreDoc[] exactly = exact.of(round);
      if (exactly == null) {
        return null;
      }
      HitOrder.sortByDoc(exactly);
      for (int i = 0; i < exactly.length; i++) {
        errors.add((double) exactly[i].score - estimates[i]);
      }
      int before = scored.length;
      scored = Arrays.copyOf(scored, before + exactly.length);
      System.arraycopy(exactly, 0, scored, before, exactly.length);
      HitOrder.sortBestFirst(scored);
      scored = group == null ? scored : firstOfEach(group, scored);
      next = end;
      end = end(candidates, next, k, scored, errors);
    }
    return scored.length <= k ? scored : Arrays.copyOf(scored, k);
  }

  private static ScoreDoc[] firstOfEach(ToLongFunction<ScoreDoc> group, ScoreDoc[] scored) {
    Set<Long> groups = new HashSet<>();
    return Arrays.stream(scored)
        .filter(hit -> groups.add(group.applyAsLong(hit)))
        .toArray(ScoreDoc[]::new);
  }

  /** Where the next round ends: at most as many as before, all of which may be among the best. */
  private static int end(ScoreDoc[] candidates, int next, int k, ScoreDoc[] scored, Errors errors) {
    int most = Math.min(candidates.length, 2 * next);
    if (scored.length < k) {
      return most;
    }
    double least = scored[k - 1].score - errors.margin();
    int end = next;
    while (end < most && candidates[end].score >= least) {
      end++;
    }
    return end;
  }

  /** By how much exact scores were above their estimates. */
  private static final class Errors {

    private int count;
    private double sum;
    private double squares;

    void add(double error) {
      count++;
      sum += error;
      squares += error * error;
    }

    /** What no estimate is expected to be below its exact score by. */
    double margin() {
      double mean = sum / count;
      double variance = Math.max(0, squares / count - mean * mean);
      return Math.max(0, mean) + DEVIATIONS * Math.sqrt(variance);
    }
  }
}
