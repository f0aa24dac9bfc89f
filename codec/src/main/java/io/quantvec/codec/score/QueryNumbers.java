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
 * A query as integers in the layout that the kernel of one kind of codes takes. With the query's
 * residual w in the space of codes, weighted by the steps of the codes, and its integers n in a
 * scale s, w ~ s n. The inner product with the reconstruction of a code u is
 *
 * <pre>
 * D = s (sum_j n_j u_j - sum_j n_j middle_j)
 * </pre>
 *
 * The kernel computes the first sum; the second one is the same for all codes. Once a query is set,
 * many threads may multiply with it.
 */
abstract sealed class QueryNumbers permits ByteNumbers, NibbleNumbers, PlaneNumbers, ExactNumbers {

  /**
   * Input codes lose nothing that rounding could be small beside. For them, this share of the
   * variance of scores takes the place of the codes' loss.
   */
  private static final double SHARE_OF_SCORES = .05;

  /** Learned axes are in groups of this size, which share their variance. */
  private static final int ALIKE = 8;

  /** With fewer groups, a group with half of the loss may distinguish vectors. */
  private static final int FEWEST_GROUPS = 8;

  /** The largest share of a group among the other groups where their losses are much alike. */
  private static final double MOST_OF_REST = .25;

  final CalibratedSpace space;
  final short[] numbers;
  final int max;

  /** The query, weighted and in the kernel's units, before it is scaled to integers. */
  final double[] weights;

  /** The inner product that one unit of the kernel's result means. */
  private double scale;

  /** The kernel's result for a reconstruction of zero. */
  private double shift;

  /** Integer per unit of weight; 0 for a query of zeros. */
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

  /** New numbers for the kernel of the space's codes. */
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
      case HALVES ->
          throw new IllegalArgumentException("expected codes with a calibration, got half floats");
    };
  }

  /** The largest number of so many bits, of which one is the sign. */
  static int maxOf(int bits) {
    return (1 << (bits - 1)) - 1;
  }

  /**
   * The length that a kernel reads in whole SIMD vectors. After a code the kernel reads terms and
   * the next code, or padding; the query is zero there, so that these bytes do not count.
   */
  static int padded(int length) {
    int step = RecordReader.READABLE_BEHIND;
    return (length + step - 1) / step * step;
  }

  /** The kernel's unit of a component, in steps of its code. */
  double unit(int d) {
    return 1;
  }

  /**
   * Rounds the weights to integers, in the layout of the kernel.
   *
   * @param perUnit factor of the weights
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
   * @param buffers for results of the kernel's own type
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
   * Sets the query.
   *
   * @param direction the query in the space of codes; left as it is
   * @param length factor of the direction
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
   * The loss of the dominant group of directions, if one group loses more than all others and the
   * others are much alike; otherwise 0. The nearest vectors agree in such a direction and their
   * codes lose the same there: the other directions distinguish them.
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
   * Sets a query of whole codes without rounding.
   *
   * @param residual the query minus the centroid
   * @param factor factor of the residual
   * @return false if the query is not of whole codes, or this kind of codes cannot take it
   */
  boolean setWhole(float[] residual, double factor) {
    return false;
  }

  /**
   * Sets the query to another code of the same space, without rounding.
   *
   * @param factor factor of its reconstruction
   * @return false if this kind of codes cannot take it
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

  /** The inner product that one unit of the kernel's result means. */
  final double scale() {
    return scale;
  }

  final void scaleCode(double factor) {
    scale = factor * space.step(0) * space.step(0);
    shift = 0;
  }

  /**
   * The most that a product can be off for any code, by the rounding of {@link #set} and of the
   * kernel. Reads every number, so that only bounds compute it.
   */
  final double error() {
    return perUnit == 0 ? 0 : scale * (unitsOff() + kernelRounding());
  }

  /** The most that rounding to integers changes the kernel's result by. */
  double unitsOff() {
    double sum = 0;
    for (int d = 0; d < numbers.length; d++) {
      sum += Math.abs(weights[d] * perUnit - numbers[d]) * space.furthest(d);
    }
    return sum;
  }

  /** The most that the kernel's own arithmetic changes its result by. */
  double kernelRounding() {
    return 0;
  }

  /** The distance between the query that was set and the query of the rounded numbers. */
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
   * Chooses the scale of the integers.
   *
   * @param largest magnitude of the weights, above 0
   * @param codeVariance the variance of a product's error that the codes cause
   * @return integer per unit of weight
   */
  double choosePerUnit(double largest, double codeVariance) {
    return wholePerUnit(max / largest);
  }

  /** The mean square of the distance of a normal component's code from the middle. */
  final double typicalSquare() {
    return switch (space.layout().kind()) {
      case BITS -> .25;
      case NIBBLES -> 9;
      default -> 1_600;
    };
  }

  /** The variance of a product's error that rounding to integers causes. */
  final double lost(double perUnit) {
    return numbers.length * typicalSquare() / (12 * perUnit * perUnit);
  }

  /** Adjusts a scale so that a query of whole codes is not rounded. */
  final double wholePerUnit(double perUnit) {
    if (space.isLossless()) {
      double square = (double) space.step(0) * space.step(0);
      // An integer may come out a little below itself.
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
