/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import io.quantvec.codec.transform.BitAllocation;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.HadamardTransform;
import io.quantvec.codec.transform.IdentityTransform;
import io.quantvec.codec.transform.Klt;
import io.quantvec.codec.transform.PrincipalAxes;
import io.quantvec.codec.transform.Transform;
import io.quantvec.codec.transform.UniformQuantizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a {@link Calibration} from a sample. Deterministic: equal samples give equal calibrations.
 */
public final class Calibrator {

  /**
   * Seed of random rotations. All segments use the same rotation, so that codes of different
   * segments are comparable.
   */
  private static final long ROTATION_SEED = 0x51ED270B9F3A6C4DL;

  /**
   * Minimum number of vectors per dimension to learn a transform. With fewer vectors, learned codes
   * of data with a flat spectrum have a lower recall than uniform codes.
   */
  public static final int LEARNED_VECTORS_PER_DIMENSION = 3;

  /**
   * Maximum dimension of a learned transform: the principal axes of 2,048 dimensions take about 70
   * MB and half a minute on one core.
   */
  static final int MAX_LEARNED_DIMENSION = 2_048;

  /**
   * Minimum dimension of a learned transform. Fewer dimensions have less than four blocks to
   * distribute bits over.
   */
  static final int MIN_LEARNED_DIMENSION = 32;

  private static final int BLOCK_SIZE = Klt.DEFAULT_BLOCK_SIZE;

  /** Number of vectors that ranges are chosen on; more vectors did not change a choice. */
  private static final int SCALE_SAMPLE = 1_000;

  /** The largest 8-bit code. -128 is not used, so that codes are symmetric about zero. */
  public static final int MAX_INT8 = 127;

  /**
   * One of this many vectors is held out: the error is measured on it and the transform is not
   * learned from it. A transform fits the vectors that it was learned from better than others; an
   * error that was measured on the former would make all others look like drift.
   */
  static final int HELD_OUT_EVERY = 8;

  /** Maximum number of vectors on which axes are tried: their mean error is accurate to 1 %. */
  private static final int SUITABILITY_SAMPLE = 2_000;

  /**
   * Minimum number of vectors on which axes are tried: with fewer, the mean error is accurate to 10
   * % at best, which is too inaccurate here.
   */
  private static final int SUITABILITY_MIN = 100;

  /**
   * Largest ratio of the error of mixed bits to the error of uniform bits for which mixed bits are
   * used. Mixed bits are allocated for recall, which increases the error by up to 7 % (4 bits,
   * words-100) on data where they help, and by 10 to 50 % on data with a flat spectrum.
   */
  private static final double MAX_ERROR_RATIO = 1.1;

  private final ScaleMethod method;
  private final double percentile;

  /**
   * @param method how scales are determined
   * @param percentile for {@link ScaleMethod#PERCENTILE}: above 0, up to 100
   */
  public Calibrator(ScaleMethod method, double percentile) {
    this.method = method;
    this.percentile = percentile;
  }

  /** A calibrator that determines the scales that give the best ranking. */
  public Calibrator() {
    this(ScaleMethod.AUTO, ClippingRange.DEFAULT_PERCENTILE);
  }

  /**
   * Learns signed 8-bit codes without a rotation. With {@link ScaleMethod#AUTO} each vector has its
   * own scale; the other methods have one scale per dimension.
   *
   * @param sample vectors of the field; overwritten; not empty
   */
  public Calibration int8(List<float[]> sample) {
    float[] centroid = PrincipalAxes.mean(sample);
    int dimension = centroid.length;
    Transform identity = new IdentityTransform(dimension);
    toResidualDirections(sample, centroid, identity);
    float[] steps;
    if (method == ScaleMethod.AUTO) {
      steps = LocalSteps.of(sample, spread(sample));
    } else {
      steps = ClippingRange.of(method, percentile).ofDimensions(forRanges(sample));
      for (int d = 0; d < dimension; d++) {
        steps[d] = ClippingRange.step(steps[d], Byte.SIZE);
      }
      LocalSteps.raiseToFloor(steps, 1f / MAX_INT8);
    }
    byte[] bits = new byte[dimension];
    Arrays.fill(bits, (byte) Byte.SIZE);
    return withErrors(
        methodOf(CalibrationMethod.LOCAL),
        sample.size(),
        sample,
        identity,
        centroid,
        new CodeBlocks(1, bits, steps));
  }

  /** The vectors that ranges are chosen on: the extremes of a sample need all of it. */
  private List<float[]> forRanges(List<float[]> sample) {
    return method == ScaleMethod.MINMAX ? sample : spread(sample);
  }

  /** Up to {@link #SCALE_SAMPLE} vectors of the sample, evenly spaced. */
  private static List<float[]> spread(List<float[]> sample) {
    if (sample.size() <= SCALE_SAMPLE) {
      return sample;
    }
    float[][] chosen = new float[SCALE_SAMPLE][];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = sample.get((int) ((long) i * sample.size() / chosen.length));
    }
    return Arrays.asList(chosen);
  }

  /**
   * Learns codes with the same number of bits for every dimension, after a rotation that makes the
   * dimensions alike. If the budget is not a whole number, the remaining bits add one bit per
   * dimension to the first blocks. With a budget below 1 bit, the last blocks get 0 bits.
   *
   * @param budget bits per dimension, 0.5 to 7
   * @param sample vectors of the field; overwritten; not empty
   */
  public Calibration uniform(double budget, List<float[]> sample) {
    float[] centroid = PrincipalAxes.mean(sample);
    int dimension = centroid.length;
    Transform transform = new HadamardTransform(dimension, ROTATION_SEED);
    toResidualDirections(sample, centroid, transform);
    int blocks = BitAllocation.blockCount(dimension, BLOCK_SIZE);
    byte[] bits = new byte[blocks];
    Arrays.fill(bits, (byte) Math.floor(budget));
    int codeBytes = (int) Math.ceil(Math.rint(budget * dimension) / Byte.SIZE);
    int left = codeBytes * Byte.SIZE - (int) Math.floor(budget) * dimension;
    int more = Math.min(left / BLOCK_SIZE, blocks);
    for (int block = 0; block < more; block++) {
      bits[block]++;
    }
    bits[0] = (byte) Math.max(1, bits[0]);
    float[] steps = new float[blocks];
    // Magnitude of each component of a unit vector whose energy is spread evenly.
    float evenSpread = (float) (1 / Math.sqrt(dimension));
    for (int block = 0; block < blocks; block++) {
      int start = block * BLOCK_SIZE;
      int end = Math.min(start + BLOCK_SIZE, dimension);
      double energy = 0;
      for (float[] residual : sample) {
        for (int d = start; d < end; d++) {
          energy += residual[d] * residual[d];
        }
      }
      float rms = (float) Math.sqrt(energy / ((double) sample.size() * (end - start)));
      steps[block] =
          Math.max(rms, LocalSteps.SCALE_FLOOR * evenSpread) * UniformQuantizer.step(bits[block]);
    }
    clip(sample, bits, steps);
    return withErrors(
        methodOf(CalibrationMethod.RMS),
        sample.size(),
        sample,
        transform,
        centroid,
        new CodeBlocks(BLOCK_SIZE, bits, steps));
  }

  /**
   * Whether learning a transform is worthwhile. From few vectors, a transform would fit the sample
   * instead of the field, and learning would take longer than building the graph. In few
   * dimensions, there are not enough blocks to distribute bits over. Above {@link
   * #MAX_LEARNED_DIMENSION}, learning takes more time and memory than a merge should use.
   */
  public static boolean canLearn(int dimension, int vectors) {
    return vectors >= LEARNED_VECTORS_PER_DIMENSION * dimension
        && dimension >= MIN_LEARNED_DIMENSION
        && dimension <= MAX_LEARNED_DIMENSION;
  }

  /**
   * Learns the principal axes of a sample, which calibrations of any budget can use. This is the
   * most expensive part of a calibration.
   *
   * @param sample vectors of the field; not changed; see {@link #canLearn}
   */
  public static PrincipalAxes axes(List<float[]> sample) {
    List<float[]> learned = new ArrayList<>(sample.size());
    for (int i = 0; i < sample.size(); i++) {
      if (i % HELD_OUT_EVERY != 0) {
        learned.add(sample.get(i));
      }
    }
    return PrincipalAxes.of(learned);
  }

  /**
   * Learns mixed bits along the sample's principal axes if these suit the sample, otherwise uniform
   * bits.
   *
   * @param budget bits per dimension, 0.5 to 7
   * @param sample vectors of the field; overwritten; see {@link #canLearn}
   */
  public Calibration mixedOrUniform(double budget, List<float[]> sample) {
    PrincipalAxes axes = axes(sample);
    return suits(axes, budget, sample) ? mixed(axes, budget, sample) : uniform(budget, sample);
  }

  /**
   * Whether the principal axes suit the sample. If no axis has a variance well above the others,
   * the axes fit the sample more than the field. In addition, a few vectors that differ from all
   * others lie along an axis that has no more bits than the rest. Their codes then all lose the
   * same part, which looks like distance. A random rotation distributes that part evenly over all
   * dimensions, where it is not an error but a factor.
   *
   * @param axes the sample's principal axes
   * @param budget bits per dimension, 0.5 to 7
   * @param sample the argument of {@link #axes}; not changed
   */
  public boolean suits(PrincipalAxes axes, double budget, List<float[]> sample) {
    int heldOut = (sample.size() + HELD_OUT_EVERY - 1) / HELD_OUT_EVERY;
    int count = Math.min(heldOut, SUITABILITY_SAMPLE);
    List<float[]> forAxes = new ArrayList<>(count);
    List<float[]> forRotation = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      // Evenly spaced among the vectors that the axes were not learned from.
      float[] vector = sample.get((int) ((long) i * heldOut / count) * HELD_OUT_EVERY);
      forAxes.add(vector);
      forRotation.add(vector.clone());
    }
    Calibration mixed = mixed(axes, budget, forAxes, 1);
    byte[] bits = mixed.bits();
    // A budget that is not a whole number always makes a difference of one bit. Blocks without bits
    // are dropped.
    int inevitable = budget == Math.rint(budget) ? 0 : 1;
    boolean uneven =
        bits[0] - bits[bits.length - 1] > inevitable
            || mixed.transform().outputDimension() < axes.dimension();
    return uneven
        && (count < SUITABILITY_MIN
            || mixed.expectedError()
                <= MAX_ERROR_RATIO * uniform(budget, forRotation).expectedError());
  }

  /**
   * Learns codes whose bits are allocated by reverse water-filling over the variances along known
   * axes.
   *
   * @param axes principal axes of the sample, or of a larger sample that contains it
   * @param budget bits per dimension, 0.5 to 7; a code is a whole number of bytes
   * @param sample vectors of the field; overwritten; not empty
   */
  public Calibration mixed(PrincipalAxes axes, double budget, List<float[]> sample) {
    return mixed(axes, budget, sample, HELD_OUT_EVERY);
  }

  /**
   * @param measureEvery one of this many vectors is used to measure the error
   */
  private Calibration mixed(
      PrincipalAxes axes, double budget, List<float[]> sample, int measureEvery) {
    int dimension = axes.dimension();
    int bytes = (int) Math.ceil(Math.rint(budget * dimension) / Byte.SIZE);
    Klt klt = axes.klt(bytes * Byte.SIZE, BLOCK_SIZE, ROTATION_SEED);
    Transform transform = new DenseTransform(klt.rows());
    float[] steps = new float[klt.bits().length];
    for (int block = 0; block < steps.length; block++) {
      steps[block] = klt.step(block);
    }
    float[] residual = new float[dimension];
    for (int i = 0; i < sample.size(); i++) {
      residualDirection(sample.get(i), klt.centroid(), residual);
      float[] direction = new float[klt.keptDimension()];
      transform.apply(residual, direction);
      sample.set(i, direction);
    }
    clip(sample, klt.bits(), steps);
    int size = sample.size();
    List<float[]> heldOut = new ArrayList<>(size / measureEvery + 1);
    for (int i = 0; i < size; i += measureEvery) {
      heldOut.add(sample.get(i));
    }
    return withErrors(
        methodOf(CalibrationMethod.RMS),
        size,
        heldOut,
        transform,
        klt.centroid(),
        new CodeBlocks(BLOCK_SIZE, klt.bits(), steps));
  }

  /** Replaces the steps of blocks if the user chose a method for scales. */
  private void clip(List<float[]> directions, byte[] bits, float[] steps) {
    if (method == ScaleMethod.AUTO) {
      return;
    }
    ClippingRange range = ClippingRange.of(method, percentile);
    List<float[]> chosen = forRanges(directions);
    int dimension = chosen.get(0).length;
    for (int block = 0; block < bits.length; block++) {
      int start = block * BLOCK_SIZE;
      int size = Math.min(BLOCK_SIZE, dimension - start);
      float[] values = new float[size * chosen.size()];
      for (int i = 0; i < chosen.size(); i++) {
        System.arraycopy(chosen.get(i), start, values, i * size, size);
      }
      float step =
          bits[block] == 0 ? 0 : ClippingRange.step(range.of(values, bits[block]), bits[block]);
      // A block without variance in the sample keeps a scale that suits other vectors.
      steps[block] = Math.max(step, LocalSteps.SCALE_FLOOR * LocalSteps.SCALE_FLOOR * steps[block]);
    }
  }

  private CalibrationMethod methodOf(CalibrationMethod best) {
    return switch (method) {
      case AUTO -> best;
      case MSE -> CalibrationMethod.MSE;
      case PERCENTILE -> CalibrationMethod.PERCENTILE;
      case ENTROPY -> CalibrationMethod.ENTROPY;
      case MINMAX -> CalibrationMethod.MINMAX;
    };
  }

  private static void toResidualDirections(
      List<float[]> sample, float[] centroid, Transform transform) {
    float[] residual = new float[centroid.length];
    for (float[] vector : sample) {
      residualDirection(vector, centroid, residual);
      transform.apply(residual, vector);
    }
  }

  /**
   * Computes the direction of a vector's residual.
   *
   * @param vector the vector x
   * @param centroid the centroid c
   * @param direction receives (x - c) / |x - c|, or zeros if the vector equals the centroid
   * @return |x - c|
   */
  public static double residualDirection(float[] vector, float[] centroid, float[] direction) {
    double squares = 0;
    for (int d = 0; d < vector.length; d++) {
      double residual = (double) vector[d] - centroid[d];
      squares += residual * residual;
    }
    double norm = Math.sqrt(squares);
    for (int d = 0; d < vector.length; d++) {
      // In double, because the difference of two huge floats can exceed the range of floats.
      direction[d] = norm == 0 ? 0 : (float) (((double) vector[d] - centroid[d]) / norm);
    }
    return norm;
  }

  /**
   * @param directions transformed residual directions of the sample or of a part of it
   */
  private static Calibration withErrors(
      CalibrationMethod method,
      int sampleSize,
      List<float[]> directions,
      Transform transform,
      float[] centroid,
      CodeBlocks blocks) {
    SampleError error =
        new SampleError(StepScaling.of(method), blocks, transform.outputDimension());
    for (float[] direction : directions) {
      error.add(direction, 1);
    }
    return new Calibration(
        method,
        transform,
        centroid,
        blocks,
        new SampleFit(sampleSize, error.rootMeanSquare(), error.clipRate()));
  }
}
