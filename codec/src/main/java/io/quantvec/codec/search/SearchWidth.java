/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/**
 * How many candidates a search of a shard collects, and whether it scans each segment or searches
 * its graph.
 *
 * @param candidates number of candidates that the whole shard returns if it has as many, at least 1
 * @param beam beam width of the whole shard, at least {@code candidates}: the ef of HNSW
 * @param expected beam width that a query is expected to need: {@code beam}, or less if each query
 *     decides how far it searches, see {@link DefaultEffort}; at least 1
 */
public record SearchWidth(int candidates, int beam, int expected) {

  /**
   * Number of standard deviations by which a segment's own candidates exceed the segment's expected
   * share of the beam. Measured on 104,575 passages in 16 equal segments with binary codes: for a
   * recall of 0.95, values of 8, 12 and 16 score 6,959, 7,369 and 8,153 vectors; for a recall of
   * 0.98, all three score about the same number. With 12, the recall at a beam of 80 and 120 equals
   * that of one segment (0.966 and 0.974); with 8 it is 0.8 points lower.
   */
  private static final double OWN_DEVIATIONS = 12;

  /**
   * Vectors that the search of a graph scores per candidate. Segments of 6,536 passages scored 247
   * vectors for 8 candidates and 580 for 32; a segment of 104,575 scored 329 for 10 and 2,991 for
   * 240.
   */
  private static final double VISITS_PER_CANDIDATE = 14;

  /** Vectors that the search of a graph scores per e-fold of the segment's size; same source. */
  private static final double VISITS_PER_EFOLD = 16;

  /**
   * Codes that a scan of all codes scores while the search of a graph scores one: for codes of up
   * to {@link #SHORT} bytes, up to {@link #LONG} bytes, and longer ones. With 384 dimensions, a
   * scan takes 14 to 18 ns per code of 54 bytes, 31 to 37 ns per code of 392 bytes and 55 to 63 ns
   * per code of 768 bytes. The search of a graph takes 76 to 110 ns, 119 to 160 ns and 150 to 260
   * ns.
   */
  private static final double[] SCANNED_PER_VISIT = {5, 4, 3};

  /**
   * Blocks of {@link #BLOCK_BYTES} that the first pass of a scan of binary codes reads while the
   * search of a graph scores one code: with 384 dimensions 2 ns against 55 ns. In the second pass,
   * each of the segment's expected candidates takes as long as in the search of a graph.
   */
  private static final double BLOCKS_PER_VISIT = 27;

  /** Bytes of a binary code that the first pass of a scan reads at once: a cache line. */
  private static final int BLOCK_BYTES = 64;

  /** Codes up to this many bytes are short: 54 bytes measured 5 scanned codes per visit. */
  private static final int SHORT = 256;

  /** Codes above this many bytes are long: 768 bytes still measured about 4 codes per visit. */
  private static final int LONG = 1_000;

  /**
   * Codes that a scan scores while the search of a graph scores one, if a filter leaves gaps
   * between the scanned codes. On 104,575 vectors, a scan then took 34 ns per code of 52 bytes and
   * about 110 ns per code of 196 and 392 bytes; the search of a graph took about 190 ns for each
   * length.
   */
  private static final double FILTERED_PER_VISIT = 2.5;

  /** The same for codes of up to {@link #TWO_CACHE_LINES}. */
  private static final double SHORT_FILTERED_PER_VISIT = 4;

  /**
   * Maximum bytes of a short code in a scan with gaps: two cache lines, which the CPU fetches
   * together.
   */
  private static final int TWO_CACHE_LINES = 128;

  public SearchWidth {
    if (candidates < 1 || beam < candidates || expected < 1 || expected > beam) {
      throw new IllegalArgumentException(
          "expected 1 <= candidates <= beam and 1 <= expected <= beam, got candidates="
              + candidates
              + ", beam="
              + beam
              + ", expected="
              + expected);
    }
  }

  /** A beam of the same width for all queries. */
  public SearchWidth(int candidates, int beam) {
    this(candidates, beam, beam);
  }

  /**
   * The number of candidates that a segment finds before scores of other segments may end its
   * search. This is more than the number of the shard's candidates that the segment has if
   * candidates are distributed at random, because a search with a narrow beam misses some.
   *
   * @param share the segment's share of the shard's vectors that may be hits, 0 to 1
   */
  int own(double share) {
    double mean = expected * share;
    double deviation = Math.sqrt(mean * (1 - share));
    return Math.clamp((int) Math.ceil(mean + OWN_DEVIATIONS * deviation), 1, expected);
  }

  /** The number of vectors that the search of a graph is expected to score. */
  private static double visits(int own, int size) {
    return VISITS_PER_CANDIDATE * own + VISITS_PER_EFOLD * Math.log(size);
  }

  /** Whether scoring all codes of a segment is faster than searching its graph. */
  boolean scanPays(int codeBytes, int size, int own) {
    int length = codeBytes <= SHORT ? 0 : codeBytes <= LONG ? 1 : 2;
    return size <= visits(own, size) * SCANNED_PER_VISIT[length];
  }

  /**
   * Like {@link #scanPays}, for binary codes, most of which a scan rejects in its first pass.
   *
   * @param share the segment's share of the shard's vectors that may be hits, 0 to 1
   */
  boolean bitScanPays(int codeBytes, int size, int own, double share) {
    double blocks = (double) size * ((codeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    return blocks / BLOCKS_PER_VISIT + VISITS_PER_CANDIDATE * beam * share <= visits(own, size);
  }

  /**
   * Whether scoring the codes that match a filter is faster than searching the graph, which also
   * scores others.
   *
   * @param matches number of vectors that match the filter, at least 1
   */
  boolean filteredScanPays(int codeBytes, int size, int matches, int own) {
    double perVisit = codeBytes <= TWO_CACHE_LINES ? SHORT_FILTERED_PER_VISIT : FILTERED_PER_VISIT;
    double visits = (double) HnswGraphSearcher.expectedVisitedNodes(own, size) * size / matches;
    return matches <= visits * perVisit;
  }
}
