/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.VectorEncoder;
import io.quantvec.codec.records.RecordReaders;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * Measures on a sample what share of a field's ten nearest vectors a scan of codes finds. Some
 * vectors of the sample serve as queries; the others are encoded and scored as in a segment.
 *
 * <p>A sample is thinner than its field: with n of N vectors sampled, rank r in the sample
 * corresponds to rank r N / n in the field. The measurement therefore asks how many of the 10 n / N
 * nearest vectors are among proportionally many candidates, with linear interpolation between whole
 * numbers. Two nearest vectors are the minimum, because the nearest vector of a thin sample is too
 * often none of the field's ten. Where 10 n / N is below two, the two and the eight nearest vectors
 * are measured. They tell what fields of 5 n and 1.25 n vectors find, and the log-odds of finding a
 * vector are assumed to fall with the logarithm of N as they do between these two.
 */
final class SampleRecall {

  /** Hits of the searches whose recall is estimated. */
  static final int K = 10;

  /** The smallest usable sample: with fewer vectors, a hundred queries leave too few to search. */
  static final int MIN_VECTORS = 500;

  private static final int MAX_QUERIES = 1_024;

  /** Queries that run first. The others run only if these leave open whether the goal is met. */
  private static final int FIRST_QUERIES = 256;

  /** Nearest vectors over all queries; beyond this number more queries change little. */
  private static final int ENOUGH_SOUGHT = 2_048;

  /** The fewest nearest vectors sought for a query, see the class. */
  private static final int FEWEST_SOUGHT = 2;

  /** The larger number of nearest vectors, from which the trend is extrapolated. */
  private static final int MORE_SOUGHT = 8;

  /** Standard errors between an estimate and the goal that make the estimate final. */
  private static final double CLEAR = 3;

  /** At most one of so many vectors is a query: a larger share leaves too few vectors to search. */
  private static final int QUERY_EVERY = 4;

  /** Vectors that are searched if the field has fewer than five times as many. */
  private static final int BASE = 10_000;

  /** Vectors that are encoded or compared together, so that cached data serves all of them. */
  private static final int BATCH = 64;

  private final VectorSimilarityFunction similarity;
  private final long vectors;
  private final List<float[]> queries = new ArrayList<>();
  private final List<float[]> base = new ArrayList<>();

  /** The ordinals of each query's nearest vectors, best first. */
  private final int[][] nearest;

  /**
   * For each of the nearest vectors of each query, how many rerank copies score better than its own
   * copy; null where rescoring keeps the order of the vectors.
   */
  private int[][] copyRanks;

  /**
   * @param sample vectors of the field, normalized for cosine, at least {@link #MIN_VECTORS}; kept
   *     and not changed
   * @param vectors how many vectors the field has
   */
  SampleRecall(VectorSimilarityFunction similarity, List<float[]> sample, long vectors) {
    this.similarity = similarity;
    this.vectors = vectors;
    long wanted = Math.max(BASE, vectors * FEWEST_SOUGHT / K);
    double sought = Math.clamp((double) K * wanted / vectors, FEWEST_SOUGHT, K);
    int asked = (int) Math.clamp(ENOUGH_SOUGHT / sought, FIRST_QUERIES, MAX_QUERIES);
    asked = Math.min(asked, sample.size() / QUERY_EVERY);
    int taken = (int) Math.min(sample.size(), asked + wanted);
    for (int i = 0, q = 0; i < taken; i++) {
      // Evenly spaced, as a sample may still have its field's order.
      float[] vector = sample.get((int) ((long) i * sample.size() / taken));
      if (q < asked && i == (int) ((long) q * taken / asked)) {
        queries.add(vector);
        q++;
      } else {
        base.add(vector);
      }
    }
    // So that the first queries are a fair sample of all queries.
    Collections.shuffle(queries, new Random(0));
    this.nearest = nearest();
  }

  private int[][] nearest() {
    int[][] best = new int[queries.size()][Math.min(K, base.size())];
    float[][] scores = new float[best.length][best[0].length];
    for (float[] ofQuery : scores) {
      Arrays.fill(ofQuery, Float.NEGATIVE_INFINITY);
    }
    for (int from = 0; from < base.size(); from += BATCH) {
      int to = Math.min(base.size(), from + BATCH);
      for (int q = 0; q < best.length; q++) {
        for (int i = from; i < to; i++) {
          insert(i, compare(queries.get(q), base.get(i)), best[q], scores[q]);
        }
      }
    }
    return best;
  }

  private static void insert(int ordinal, float score, int[] best, float[] scores) {
    int place = scores.length;
    while (place > 0 && scores[place - 1] < score) {
      place--;
    }
    if (place < scores.length) {
      System.arraycopy(best, place, best, place + 1, best.length - place - 1);
      System.arraycopy(scores, place, scores, place + 1, scores.length - place - 1);
      best[place] = ordinal;
      scores[place] = score;
    }
  }

  private float compare(float[] query, float[] vector) {
    return similarity == VectorSimilarityFunction.EUCLIDEAN
        ? -VectorUtil.squareDistance(query, vector)
        : VectorUtil.dotProduct(query, vector);
  }

  /**
   * A share that was measured.
   *
   * @param share 0 to 1
   * @param standardError what it may be off by chance
   */
  record Estimate(double share, double standardError) {

    /** Whether chance hardly makes the difference between the share and a goal. */
    private boolean isClear(double goal) {
      return Math.abs(share - goal) > CLEAR * standardError;
    }
  }

  /**
   * Counts as found from here on only what a copy of codes finds, too.
   *
   * @param space what the codes of the copy mean
   * @return what a scan of the copy finds
   */
  Estimate rescoreWith(CodeSpace space) throws IOException {
    copyRanks = null;
    int[][] ranks = new int[queries.size()][];
    rank(scorer(space, false), ranks, 0, ranks.length);
    Estimate estimate = estimate(ranks, K);
    copyRanks = ranks;
    return estimate;
  }

  /**
   * The share that a scan finds.
   *
   * @param candidates best codes that count as found: 10, or more if they are rescored
   * @param goal a share that it is to be compared with: the further away, the less is measured; NaN
   *     to measure as well as can be
   */
  Estimate of(CodeSpace space, int candidates, double goal) throws IOException {
    CodeScorer scorer = scorer(space, candidates > K);
    int[][] ranks = new int[queries.size()][];
    int first = Double.isNaN(goal) ? ranks.length : Math.min(ranks.length, FIRST_QUERIES);
    rank(scorer, ranks, 0, first);
    Estimate estimate = estimate(Arrays.copyOf(ranks, first), candidates);
    if (first == ranks.length || estimate.isClear(goal)) {
      return estimate;
    }
    rank(scorer, ranks, first, ranks.length);
    return estimate(ranks, candidates);
  }

  private CodeScorer scorer(CodeSpace space, boolean coarse) {
    QueryPrecision precision = coarse ? QueryPrecision.COARSE : QueryPrecision.FULL;
    RecordReader records = RecordReaders.ofHeap(encoded(space));
    return CodeScorer.of(space, similarity, records, precision.roundingFor(space));
  }

  private Estimate estimate(int[][] ranks, int candidates) {
    double sought = K * Math.min(1, (double) base.size() / vectors);
    double times = (double) candidates / K;
    if (sought >= FEWEST_SOUGHT) {
      int whole = (int) sought;
      Estimate lower = found(ranks, whole, whole * times);
      if (whole == sought) {
        return lower;
      }
      Estimate upper = found(ranks, whole + 1, (whole + 1) * times);
      double part = sought - whole;
      return new Estimate(
          (1 - part) * lower.share + part * upper.share,
          Math.max(lower.standardError, upper.standardError));
    }
    Estimate few = found(ranks, FEWEST_SOUGHT, FEWEST_SOUGHT * times);
    Estimate more = found(ranks, MORE_SOUGHT, MORE_SOUGHT * times);
    double odds = logOdds(few.share, ranks.length);
    double fall = logOdds(more.share, ranks.length) - odds;
    // The more vectors, the harder.
    double slope = Math.max(0, fall / Math.log((double) MORE_SOUGHT / FEWEST_SOUGHT));
    double expected = 1 / (1 + Math.exp(-(odds + slope * Math.log(sought / FEWEST_SOUGHT))));
    return new Estimate(expected, few.standardError);
  }

  private static double logOdds(double share, int asked) {
    double least = 0.5 / asked;
    double clamped = Math.clamp(share, least, 1 - least);
    return Math.log(clamped / (1 - clamped));
  }

  /**
   * The share of the nearest that are among the best codes.
   *
   * @param candidates best codes; of a number that is not whole, the last one counts in part
   */
  private Estimate found(int[][] ranks, int sought, double candidates) {
    double sum = 0;
    double squares = 0;
    for (int q = 0; q < ranks.length; q++) {
      double found = 0;
      int all = Math.min(sought, ranks[q].length);
      for (int i = 0; i < all; i++) {
        boolean lost = copyRanks != null && copyRanks[q][i] >= sought;
        found += lost ? 0 : Math.clamp(candidates - ranks[q][i], 0.0, 1.0);
      }
      sum += found / all;
      squares += found / all * (found / all);
    }
    double mean = sum / ranks.length;
    // One query more that found half: what was found by all may still be missed by others.
    double variance = (squares + .25) / (ranks.length + 1) - mean * mean;
    double least = .25 / ranks.length;
    return new Estimate(mean, Math.sqrt(Math.max(least, variance) / ranks.length));
  }

  /** For each of the nearest of some queries, how many codes have a better score than its code. */
  private void rank(CodeScorer scorer, int[][] ranks, int from, int to) throws IOException {
    int[] ordinals = new int[base.size()];
    for (int i = 0; i < ordinals.length; i++) {
      ordinals[i] = i;
    }
    float[] scores = new float[ordinals.length];
    for (int q = from; q < to; q++) {
      scorer.setQuery(queries.get(q));
      scorer.bulkScore(ordinals, scores, scores.length);
      ranks[q] = new int[nearest[q].length];
      for (int i = 0; i < ranks[q].length; i++) {
        ranks[q][i] = better(scores, scores[nearest[q][i]]);
      }
    }
  }

  private static int better(float[] scores, float score) {
    int better = 0;
    for (float other : scores) {
      better += other > score ? 1 : 0;
    }
    return better;
  }

  private byte[] encoded(CodeSpace space) {
    VectorEncoder encoder = space.newEncoder(similarity);
    int length = space.layout().recordLength();
    byte[] all = new byte[Math.addExact(base.size() * length, RecordReader.READABLE_BEHIND)];
    float[][] some = new float[BATCH][];
    byte[][] records = new byte[BATCH][length];
    for (int from = 0; from < base.size(); from += BATCH) {
      int count = Math.min(BATCH, base.size() - from);
      base.subList(from, from + count).toArray(some);
      encoder.encodeAll(some, records, count);
      for (int i = 0; i < count; i++) {
        System.arraycopy(records[i], 0, all, (from + i) * length, length);
      }
    }
    return all;
  }
}
