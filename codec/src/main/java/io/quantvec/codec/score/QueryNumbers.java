/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Optional;

/**
 * A query as integers, laid out for the kernel of one kind of codes. The query's components are
 * weighted by the steps of the codes and share one scale. Once a query is set, many threads may
 * multiply with it.
 */
abstract sealed class QueryNumbers permits ByteNumbers, NibbleNumbers, PlaneNumbers, ExactNumbers {

  /**
   * Vectors that arrived as codes lose nothing. There, what finds candidates is measured by such a
   * share of the variance of scores.
   */
  private static final double SHARE_OF_SCORES = .05;

  /** Learned axes share their variance in groups of so many. */
  private static final int ALIKE = 8;

  /** Of fewer groups, one may well lose half of all and tell vectors apart. */
  private static final int FEWEST_GROUPS = 8;

  /** The share of a group among what is left, where variances fall and do not drop. */
  private static final double MOST_OF_REST = .25;

  final CalibratedSpace space;
  final short[] numbers;
  final int max;

  /** The query in units of what a number stands for, before it is scaled to whole numbers. */
  final double[] weights;

  /** What one unit of the kernel's result stands for. */
  private double scale;

  /** What the kernel returns for a code of zeros. */
  private double shift;

  /** Numbers a unit of weight; 0 for a query of zeros. */
  double perUnit;

  /**
   * @param max the largest number
   */
  QueryNumbers(CalibratedSpace space, int max) {
    this.space = space;
    this.max = max;
    this.numbers = new short[space.dimension()];
    this.weights = new double[numbers.length];
  }

  /** Numbers for the kernel of the space's codes. */
  static QueryNumbers of(CalibratedSpace space, QueryRounding rounding) {
    return switch (rounding) {
      case QueryRounding.None none -> new ExactNumbers(space);
      case QueryRounding.Integers integers -> of(space, integers);
    };
  }

  private static QueryNumbers of(CalibratedSpace space, QueryRounding.Integers rounding) {
    return switch (space.layout().kind()) {
      case BYTES -> new ByteNumbers(space, rounding);
      case NIBBLES -> new NibbleNumbers(space, rounding);
      case BITS, PLANES -> new PlaneNumbers(space, rounding);
      case HALVES -> throw new IllegalArgumentException("half floats are scored by floats");
    };
  }

  /** The largest number of so many bits, of which one is the sign. */
  static int maxOf(int bits) {
    return (1 << (bits - 1)) - 1;
  }

  /**
   * The length that a kernel takes in whole vectors. Behind a code it meets the terms and the next
   * code, or the bytes that stand there for this: the query is zero, so they do not count.
   */
  static int padded(int length) {
    int step = RecordReader.READABLE_BEHIND;
    return (length + step - 1) / step * step;
  }

  /** What a component's number counts for in one unit of its code. */
  double unit(int d) {
    return 1;
  }

  /**
   * Makes whole numbers of the weights and spreads them as the kernel wants them.
   *
   * @param perUnit what a weight is multiplied by
   * @return the kernel's result for a reconstruction of zero
   */
  double arrange(double perUnit) {
    double sum = 0;
    for (int d = 0; d < numbers.length; d++) {
      numbers[d] = (short) Math.rint(weights[d] * perUnit);
      sum += (double) numbers[d] * space.middle(d);
    }
    return sum;
  }

  /**
   * The kernel's results for many codes.
   *
   * @param room for results of the kernel's own type
   * @param results receives them
   */
  abstract void kernel(
      RecordReader records, long[] offsets, int count, KernelBuffers buffers, double[] results)
      throws IOException;

  static void widen(int[] integers, int count, double[] results) {
    for (int i = 0; i < count; i++) {
      results[i] = integers[i];
    }
  }

  /**
   * The inner products of the query and the reconstructions of many codes.
   *
   * @param recordLength bytes from the start of one record to the start of the next
   * @return one of the buffers, with at least so many products
   */
  final double[] products(
      RecordReader records, int recordLength, int[] ordinals, int count, KernelBuffers buffers)
      throws IOException {
    long[] offsets = buffers.offsets(count);
    for (int i = 0; i < count; i++) {
      offsets[i] = (long) ordinals[i] * recordLength;
    }
    records.fetch(offsets, count, recordLength);
    double[] products = buffers.products(count);
    kernel(records, offsets, count, buffers, products);
    for (int i = 0; i < count; i++) {
      products[i] = scale * (products[i] - shift);
    }
    return products;
  }

  /** The kernel's result for the code at an offset. */
  abstract double kernel(RecordReader records, long offset) throws IOException;

  /**
   * Takes a query.
   *
   * @param direction the query in the space of codes; left as it is
   * @param length what the direction is to be multiplied by
   */
  final void set(float[] direction, double length) {
    double largest = 0;
    double squares = 0;
    double codeVariance = 0;
    double[] ofGroups = new double[numbers.length / ALIKE + 1];
    for (int d = 0; d < numbers.length; d++) {
      double weight = direction[d] * (double) space.step(d);
      squares += weight * weight;
      double variance = weight * weight * space.lostVariance(d);
      codeVariance += variance;
      ofGroups[d / ALIKE] += variance;
      weights[d] = weight / unit(d);
      largest = Math.max(largest, Math.abs(weights[d]));
    }
    codeVariance -= ofDominant(ofGroups, codeVariance);
    if (space.isLossless()) {
      codeVariance = SHARE_OF_SCORES * squares * typicalSquare();
    }
    perUnit = largest == 0 ? 0 : choosePerUnit(largest, codeVariance);
    scale = largest == 0 ? 0 : length / perUnit;
    shift = arrange(perUnit);
  }

  /**
   * What one group of directions loses if it loses more than all others, which are much alike; else
   * 0. The nearest vectors agree in such a direction, and their codes lose alike: what tells them
   * apart is in the others.
   */
  private static double ofDominant(double[] ofGroups, double all) {
    double largest = 0;
    double second = 0;
    for (double ofGroup : ofGroups) {
      second = Math.max(second, Math.min(largest, ofGroup));
      largest = Math.max(largest, ofGroup);
    }
    boolean dominant =
        ofGroups.length > FEWEST_GROUPS
            && largest > all / 2
            && second < (all - largest) * MOST_OF_REST;
    return dominant ? largest : 0;
  }

  /**
   * Takes a query of whole codes as it is.
   *
   * @param residual the query minus the centroid
   * @param factor what it is to be multiplied by
   * @return whether it is one, and this kind of codes can
   */
  boolean setWhole(float[] residual, double factor) {
    return false;
  }

  /**
   * Takes another code of the same steps as the query, as it is.
   *
   * @param factor what its reconstruction is to be multiplied by
   * @return whether this kind of codes can
   */
  boolean setCode(byte[] record, double factor) {
    return false;
  }

  /** A cheap filter of codes by the query that is set; empty if this kind of codes has none. */
  Optional<ScanFilter> scanFilter() {
    return Optional.empty();
  }

  /** Whether many threads may multiply with these numbers once a query is set. */
  boolean isShareable() {
    return true;
  }

  /** What one unit of the kernel's result stands for. */
  final double scale() {
    return scale;
  }

  final void scaleCode(double factor) {
    scale = factor * space.step(0) * space.step(0);
    shift = 0;
  }

  /**
   * The most that a product can be off for any code, by what {@link #set} rounded, and by what the
   * kernel rounds. It takes a look at every number, and a search for the nearest does without.
   */
  final double error() {
    return perUnit == 0 ? 0 : scale * (unitsOff() + kernelRounding());
  }

  /** What the rounding of numbers can move the kernel's result by. */
  double unitsOff() {
    double sum = 0;
    for (int d = 0; d < numbers.length; d++) {
      sum += Math.abs(weights[d] * perUnit - numbers[d]) * space.furthest(d);
    }
    return sum;
  }

  /** What the kernel's own arithmetic can move its result by. */
  double kernelRounding() {
    return 0;
  }

  /** How far the query that the numbers stand for is from the one that was set. */
  final double distance() {
    double squares = 0;
    for (int d = 0; d < numbers.length && perUnit > 0; d++) {
      double step = space.step(d);
      double off = step == 0 ? 0 : (weights[d] * perUnit - numbers[d]) / step;
      squares += off * off;
    }
    return scale * Math.sqrt(squares);
  }

  /**
   * Chooses how finely the query is rounded.
   *
   * @param largest magnitude of the weights, above 0
   * @param codeVariance the variance of what the codes' own rounding makes a product lose
   * @return numbers a unit of weight
   */
  double choosePerUnit(double largest, double codeVariance) {
    return wholePerUnit(max / largest);
  }

  /** The mean square of a code's distance from its middle, as codes of a normal component have. */
  final double typicalSquare() {
    return switch (space.layout().kind()) {
      case BITS -> .25;
      case NIBBLES -> 9;
      default -> 1_600;
    };
  }

  /** The variance of what a product loses if the numbers are whole. */
  final double lost(double perUnit) {
    return numbers.length * typicalSquare() / (12 * perUnit * perUnit);
  }

  /** Numbers a unit of weight: a query of whole codes stays one. */
  final double wholePerUnit(double perUnit) {
    if (space.isLossless()) {
      double square = (double) space.step(0) * space.step(0);
      // Rounding may leave a whole number a little below itself.
      double perCode = Math.floor(perUnit * square + 1e-4);
      return perCode >= 1 ? perCode / square : perUnit;
    }
    return perUnit;
  }

  /** The inner product of the query and a code's reconstruction. */
  final double product(RecordReader records, long offset) throws IOException {
    return scale * (kernel(records, offset) - shift);
  }
}
