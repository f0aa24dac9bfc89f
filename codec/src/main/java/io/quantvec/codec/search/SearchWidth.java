/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/**
 * How much a search of a shard looks at.
 *
 * @param candidates that the whole shard must deliver if it has them, at least 1
 * @param beam candidates of the whole shard that decide how far its graphs are searched, at least
 *     {@code candidates}: the ef of HNSW
 * @param expected candidates that the beam is expected to be worth: all of it, or fewer if each
 *     query decides how far it goes, as {@link DefaultEffort} has it; at least 1
 */
public record SearchWidth(int candidates, int beam, int expected) {

  /**
   * Standard deviations by which a segment's own candidates exceed what chance gives it of the
   * beam. 104,575 passages in 16 equal segments, binary codes: 8, 12 and 16 score 6,959, 7,369 and
   * 8,153 vectors for a recall of .95, and about as many as each other for .98. With 12 the recall
   * at a beam of 80 and 120 is that of one segment (.966 and .974), with 8 it is .8 points lower.
   */
  private static final double OWN_DEVIATIONS = 12;

  /**
   * Vectors that a walk scores for each of its candidates, and for each e-fold of the segment's
   * size. Segments of 6,536 passages took 247 for 8 candidates and 580 for 32, one of 104,575 took
   * 329 for 10 and 2,991 for 240.
   */
  private static final double VISITS_PER_CANDIDATE = 14;

  private static final double VISITS_PER_EFOLD = 16;

  /**
   * Codes that a scan of all scores in the time in which a walk scores one, for codes of up to
   * {@link #SHORT} bytes, up to {@link #LONG}, and above. Of 384 dimensions a scan takes 14 to 18
   * ns per code of 54 bytes, 31 to 37 of 392 and 55 to 63 of 768, a walk 76 to 110, 119 to 160 and
   * 150 to 260.
   */
  private static final double[] SCANNED_FOR_ONE_WALKED = {5, 4, 3};

  /**
   * Codes of up to {@link #BLOCK_BYTES} that a scan of bits looks at while a walk scores one: of
   * 384 dimensions 2 ns against 55. Behind the first look, each candidate of the shard that a
   * segment may expect takes as long as in a walk.
   */
  private static final double LOOKS_FOR_ONE_WALKED = 27;

  private static final int BLOCK_BYTES = 64;

  private static final int SHORT = 256;
  private static final int LONG = 1_000;

  /**
   * The same where a filter leaves gaps between the codes that a scan reads. Of 104,575 it then
   * took 34 ns per code of 52 bytes and some 110 of 196 and 392, a walk some 190 of any.
   */
  private static final double FILTERED_FOR_ONE_WALKED = 2.5;

  private static final double SHORT_FILTERED_FOR_ONE_WALKED = 4;

  /** Bytes of a code that is short with gaps: two cache lines, which the CPU fetches at once. */
  private static final int TWO_CACHE_LINES = 128;

  public SearchWidth {
    if (candidates < 1 || beam < candidates || expected < 1 || expected > beam) {
      throw new IllegalArgumentException(
          "1 <= candidates <= beam and 1 <= expected <= beam must hold: candidates="
              + candidates
              + ", beam="
              + beam
              + ", expected="
              + expected);
    }
  }

  /** A beam that is as wide for all queries. */
  public SearchWidth(int candidates, int beam) {
    this(candidates, beam, beam);
  }

  /**
   * Candidates that a segment finds on its own before the others may end its walk. So many of the
   * shard's candidates it surely has if they are spread by chance, plus what a walk loses that is
   * too narrow.
   *
   * @param share of the segment among the vectors of the shard that may be hits, 0 to 1
   */
  int own(double share) {
    double mean = expected * share;
    double deviation = Math.sqrt(mean * (1 - share));
    return Math.clamp((int) Math.ceil(mean + OWN_DEVIATIONS * deviation), 1, expected);
  }

  /** Vectors that a walk is expected to score. */
  private static double visits(int own, int size) {
    return VISITS_PER_CANDIDATE * own + VISITS_PER_EFOLD * Math.log(size);
  }

  /** Whether scoring all codes of a segment is faster than a walk. */
  boolean scanPays(int codeBytes, int size, int own) {
    int length = codeBytes <= SHORT ? 0 : codeBytes <= LONG ? 1 : 2;
    return size <= visits(own, size) * SCANNED_FOR_ONE_WALKED[length];
  }

  /**
   * As {@link #scanPays}, for codes of bits, most of which a scan leaves behind after a first look.
   *
   * @param share of the segment among the vectors of the shard that may be hits, 0 to 1
   */
  boolean bitScanPays(int codeBytes, int size, int own, double share) {
    double looks = (double) size * ((codeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    return looks / LOOKS_FOR_ONE_WALKED + VISITS_PER_CANDIDATE * beam * share <= visits(own, size);
  }

  /**
   * Whether scoring the codes that pass a filter is faster than a walk, which scores others, too.
   *
   * @param matches that pass, at least 1
   */
  boolean filteredScanPays(int codeBytes, int size, int matches, int own) {
    double perVisit =
        codeBytes <= TWO_CACHE_LINES ? SHORT_FILTERED_FOR_ONE_WALKED : FILTERED_FOR_ONE_WALKED;
    double visits = (double) HnswGraphSearcher.expectedVisitedNodes(own, size) * size / matches;
    return matches <= visits * perVisit;
  }
}
