/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Arrays;

/**
 * A query of bits, rounded to few planes. Inner products with it take a third of the time of those
 * with all planes, for codes that follow each other, and tell which codes may be among the best.
 * The error of a sum of many rounded numbers is close to normally distributed. Its variance is a
 * quarter of the sum of the squared rounding errors, because a bit is 0 as often as 1.
 *
 * <p>Codes near the query agree with its large numbers more often than other codes. So the rounded
 * query is lengthened until its inner product with the query equals that of the query with itself:
 * then the expected inner product of a near code is right.
 */
final class ScanFilter {

  /**
   * Standard deviations that a sum may be off by. One in 740 normal errors is larger, and only one
   * of the worst candidates is lost then.
   */
  private static final double DEVIATIONS = 3;

  /**
   * The unit of a word's numbers, relative to their root mean square: the best for normal numbers
   * and 16 levels (Max, "Quantizing for minimum distortion", 1960, table II).
   */
  private static final double UNIT = .335;

  /** The largest number. */
  private static final int MOST = (1 << RecordReader.SCAN_PLANES) - 1;

  /** Halvings from the unit of the largest word to the smallest unit. */
  private static final int MAX_SHIFT = 10;

  private static final int BLOCK_WORDS = RecordReader.BLOCK_WORDS;

  /** A block's rows: its signs, its planes, its shifts. */
  private static final int ROWS = 2 + RecordReader.SCAN_PLANES;

  private final byte[] planes;
  private final long[] query;
  private final double scale;
  private final double shift;
  private final double margin;

  /**
   * Rounds a query.
   *
   * @param numbers one per bit of a code, then zeros up to a whole block
   * @param negative whether a number counts for a bit that is 0
   * @param count bits of a code
   * @param length factor of the numbers
   */
  ScanFilter(double[] numbers, boolean[] negative, int count, double length) {
    this.planes = new byte[numbers.length / RecordReader.BLOCK_BITS];
    Arrays.fill(planes, (byte) RecordReader.SCAN_PLANES);
    this.query = new long[planes.length * ROWS * BLOCK_WORDS];
    int words = (count + Long.SIZE - 1) / Long.SIZE;
    double[] sizes = new double[words];
    double largest = 0;
    for (int word = 0; word < words; word++) {
      sizes[word] = rootMeanSquare(numbers, word, count);
      largest = Math.max(largest, sizes[word]);
    }
    double unit = Math.scalb(UNIT * largest, -MAX_SHIFT);
    int[] wholes = new int[Long.SIZE];
    double squares = 0;
    double products = 0;
    double kept = 0;
    long sum = 0;
    for (int word = 0; word < words && unit > 0; word++) {
      int wordShift = wordShift(numbers, word, unit, sizes[word]);
      double wordUnit = Math.scalb(unit, wordShift);
      double perUnit = 1 / wordUnit;
      int from = word * Long.SIZE;
      for (int i = 0; i < Long.SIZE; i++) {
        double number = numbers[from + i];
        wholes[i] = rounded(number, perUnit);
        double value = wholes[i] * wordUnit;
        squares += number * number;
        products += number * value;
        kept += value * value;
        sum += (long) wholes[i] << wordShift;
      }
      int row = word / BLOCK_WORDS * ROWS * BLOCK_WORDS + word % BLOCK_WORDS;
      query[row] = signs(negative, from);
      for (int plane = 0; plane < RecordReader.SCAN_PLANES; plane++) {
        query[row + (1 + plane) * BLOCK_WORDS] = bits(wholes, RecordReader.SCAN_PLANES - 1 - plane);
      }
      query[row + (ROWS - 1) * BLOCK_WORDS] = wordShift;
    }
    double longer = products == 0 ? 0 : squares / products;
    double lost = squares - 2 * longer * products + longer * longer * kept;
    this.scale = length * longer * unit;
    this.shift = sum / 2.0;
    this.margin = DEVIATIONS * length * Math.sqrt(Math.max(0, lost) / 4);
  }

  private static long signs(boolean[] negative, int from) {
    long signs = 0;
    for (int i = 0; i < Long.SIZE; i++) {
      signs |= (negative[from + i] ? 1L : 0) << i;
    }
    return signs;
  }

  private static long bits(int[] wholes, int bit) {
    long bits = 0;
    for (int i = 0; i < Long.SIZE; i++) {
      bits |= (long) (wholes[i] >>> bit & 1) << i;
    }
    return bits;
  }

  /** The power of two of a word's unit in the smallest unit: the better of the two nearest. */
  private static int wordShift(double[] numbers, int word, double unit, double size) {
    int lower = size == 0 ? 0 : Math.max(0, Math.getExponent(UNIT * size / unit));
    double below = Math.scalb(unit, lower);
    return lost(numbers, word, below) <= lost(numbers, word, 2 * below) ? lower : lower + 1;
  }

  private static double lost(double[] numbers, int word, double unit) {
    double perUnit = 1 / unit;
    double lost = 0;
    for (int slot = word * Long.SIZE; slot < (word + 1) * Long.SIZE; slot++) {
      double off = numbers[slot] - rounded(numbers[slot], perUnit) * unit;
      lost += off * off;
    }
    return lost;
  }

  private static int rounded(double number, double perUnit) {
    return Math.min(MOST, (int) (number * perUnit + .5));
  }

  private static double rootMeanSquare(double[] numbers, int word, int count) {
    double sum = 0;
    int from = word * Long.SIZE;
    int to = Math.min(count, from + Long.SIZE);
    for (int i = from; i < to; i++) {
      sum += numbers[i] * numbers[i];
    }
    return to > from ? Math.sqrt(sum / (to - from)) : 0;
  }

  /**
   * Finds codes with large sums, see {@link RecordReader#scanPlanes}.
   *
   * @param sums receives the sums that {@link #most} takes
   */
  int scan(
      RecordReader records,
      long offset,
      int stride,
      int count,
      int[] least,
      int[] sums,
      int[] found)
      throws IOException {
    return records.scanPlanes(query, planes, offset, stride, count, least, sums, found);
  }

  /** An inner product that the code of a sum hardly ever exceeds. */
  double most(int sum) {
    return scale * (sum - shift) + margin;
  }

  /**
   * The smallest sum of a code whose inner product may be so large.
   *
   * @param product NaN for the smallest sum of all
   */
  int leastSum(double product) {
    double least = Math.floor((product - margin) / scale + shift);
    return least > Integer.MIN_VALUE ? (int) Math.min(least, Integer.MAX_VALUE) : Integer.MIN_VALUE;
  }
}
