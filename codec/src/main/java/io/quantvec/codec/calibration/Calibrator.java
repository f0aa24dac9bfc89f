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
 * Learns a {@link Calibration} from a sample. Every method is deterministic: the same sample gives
 * the same calibration.
 */
public final class Calibrator {

  /** Every segment rotates alike, so that codes of different segments stay comparable. */
  private static final long ROTATION_SEED = 0x51ED270B9F3A6C4DL;

  /**
   * From fewer vectors a dimension, learned codes of data with a flat spectrum find less than
   * uniform ones do.
   */
  public static final int LEARNED_VECTORS_PER_DIMENSION = 3;

  /** The principal axes of 2,048 dimensions take some 70 MB and half a minute of one core. */
  static final int MAX_LEARNED_DIMENSION = 2_048;

  /** With fewer dimensions there are not four blocks to share bits out to. */
  static final int MIN_LEARNED_DIMENSION = 32;

  private static final int BLOCK_SIZE = Klt.DEFAULT_BLOCK_SIZE;

  /**
   * A scale is never below this share of the mean scale: a dimension that the sample hardly moved
   * may still move in other vectors, and absolute errors of this size are lost among the others'.
   */
  private static final float SCALE_FLOOR = 0.25f;

  /**
   * How the scales of dimensions are made to follow their spreads: not at all, by half, or in
   * proportion. The more they do, the less a few wide dimensions cost, and the more the noise of
   * codes falls where queries are strong.
   */
  private static final double[] SPREAD_EXPONENTS = {0, 0.5, 1};

  /** What an error must be of another's for its scales to be preferred to simpler ones. */
  private static final double WORTHWHILE = 0.95;

  /** Ranges are chosen on so many vectors; more changed no choice. */
  private static final int SCALE_SAMPLE = 1_000;

  /** The largest code of 8 bits: -128 is left out so that codes are symmetric about zero. */
  public static final int MAX_INT8 = 127;

  /**
   * So many vectors of a sample are not learned from, but tell the error: a transform fits the few
   * vectors that it was learned from better than others, which then would look like drift.
   */
  static final int HELD_OUT_EVERY = 8;

  /** Vectors on which axes are tried: the errors of so many are known to a percent. */
  private static final int SUITABILITY_SAMPLE = 2_000;

  /** Errors of fewer vectors are known to a tenth or worse, and mean nothing here. */
  private static final int SUITABILITY_MIN = 100;

  /**
   * What the error of mixed bits may be of that of uniform ones. Bits are shared out for recall,
   * which costs the error up to .07 (4 bits of words-100) where it helps; flat data has .1 to .5.
   */
  private static final double TOLERATED = 1.1;

  private final ScaleMethod method;
  private final double percentile;

  /**
   * @param method how scales are found
   * @param percentile for {@link ScaleMethod#PERCENTILE}: above 0, up to 100
   */
  public Calibrator(ScaleMethod method, double percentile) {
    this.method = method;
    this.percentile = percentile;
  }

  /** Finds the scales that rank best. */
  public Calibrator() {
    this(ScaleMethod.AUTO, ClippingRange.DEFAULT_PERCENTILE);
  }

  /**
   * Signed 8 bit codes without a rotation. The best scales are each vector's own; others are a
   * dimension's.
   *
   * @param sample vectors of the field, overwritten; not empty
   */
  public Calibration int8(List<float[]> sample) {
    float[] centroid = PrincipalAxes.mean(sample);
    int dimension = centroid.length;
    Transform identity = new IdentityTransform(dimension);
    toResidualDirections(sample, centroid, identity);
    float[] steps;
    if (method == ScaleMethod.AUTO) {
      steps = localSteps(sample, dimension);
    } else {
      steps = ClippingRange.of(method, percentile).ofDimensions(forRanges(sample));
      for (int d = 0; d < dimension; d++) {
        steps[d] = ClippingRange.step(steps[d], Byte.SIZE);
      }
      floor(steps, 1f / MAX_INT8);
    }
    byte[] bits = new byte[dimension];
    Arrays.fill(bits, (byte) Byte.SIZE);
    return withErrors(
        methodOf(CalibrationMethod.LOCAL),
        sample.size(),
        sample,
        identity,
        centroid,
        1,
        bits,
        steps);
  }

  /** Relations of the dimensions' steps, for codes whose steps are stretched for each vector. */
  private static float[] localSteps(List<float[]> sample, int dimension) {
    double[] variances = new double[dimension];
    for (float[] direction : sample) {
      for (int d = 0; d < dimension; d++) {
        variances[d] += (double) direction[d] * direction[d] / sample.size();
      }
    }
    float[] best = null;
    double bestError = Double.POSITIVE_INFINITY;
    for (double exponent : SPREAD_EXPONENTS) {
      float[] steps = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        steps[d] = (float) Math.pow(variances[d], exponent / 2);
      }
      floor(steps, 1);
      double error = 0;
      for (float[] direction : spread(sample)) {
        error += scoreError(direction, steps, variances);
      }
      if (error < WORTHWHILE * bestError) {
        bestError = error;
        best = steps;
      }
    }
    return best;
  }

  /**
   * The variance that rounding brings to inner products with queries that are spread as the sample
   * is.
   */
  private static double scoreError(float[] direction, float[] steps, double[] variances) {
    double largest = 0;
    for (int d = 0; d < direction.length; d++) {
      largest = Math.max(largest, Math.abs((double) direction[d] / steps[d]));
    }
    double stretch = largest / MAX_INT8;
    double error = 0;
    for (int d = 0; d < direction.length && stretch > 0; d++) {
      double step = steps[d] * stretch;
      double miss = direction[d] - Math.rint(direction[d] / step) * step;
      error += variances[d] * miss * miss;
    }
    return error;
  }

  private static void floor(float[] steps, float ifAllAreZero) {
    double sum = 0;
    for (float step : steps) {
      sum += step;
    }
    // A sample of equal vectors has no residual at all: any step encodes its zeros.
    float floor = sum > 0 ? (float) (SCALE_FLOOR * sum / steps.length) : ifAllAreZero;
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Math.max(steps[i], floor);
    }
  }

  /** What ranges are chosen on: the extremes of a sample are those of all of it. */
  private List<float[]> forRanges(List<float[]> sample) {
    return method == ScaleMethod.MINMAX ? sample : spread(sample);
  }

  /** Some of the sample, evenly spaced. */
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
   * The same bits for every dimension, after a rotation that makes them alike. A budget that is no
   * whole number gives one bit more to as many of the first blocks as it pays for; one below a bit
   * leaves out the last blocks.
   *
   * @param budget bits a dimension, 0.5 to 7
   * @param sample vectors of the field, overwritten; not empty
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
    // The residuals' directions are unit vectors: spread evenly, this is what a component has.
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
      steps[block] = Math.max(rms, SCALE_FLOOR * evenSpread) * UniformQuantizer.step(bits[block]);
    }
    clip(sample, bits, steps);
    return withErrors(
        methodOf(CalibrationMethod.RMS),
        sample.size(),
        sample,
        transform,
        centroid,
        BLOCK_SIZE,
        bits,
        steps);
  }

  /**
   * Whether a transform is worth learning: from few vectors it would describe the sample instead of
   * the field, and take longer than the graph over them; in few dimensions there is nothing to
   * share out; and above {@link #MAX_LEARNED_DIMENSION} it takes more time and memory than a merge
   * should.
   */
  public static boolean canLearn(int dimension, int vectors) {
    return vectors >= LEARNED_VECTORS_PER_DIMENSION * dimension
        && dimension >= MIN_LEARNED_DIMENSION
        && dimension <= MAX_LEARNED_DIMENSION;
  }

  /**
   * Bits by reverse water-filling over the variances along the sample's principal axes.
   *
   * @param budget bits a dimension, 0.5 to 7; codes take whole bytes
   * @param sample vectors of the field, overwritten; see {@link #canLearn}
   */
  public Calibration mixed(double budget, List<float[]> sample) {
    return mixed(axes(sample), budget, sample);
  }

  /**
   * What calibrations of all budgets learn from a sample, at a higher price than all else.
   *
   * @param sample vectors of the field, left as they are; see {@link #canLearn}
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
   * Mixed bits along the sample's principal axes, or uniform ones where these do not suit it.
   *
   * @param budget bits a dimension, 0.5 to 7
   * @param sample vectors of the field, overwritten; see {@link #canLearn}
   */
  public Calibration mixedOrUniform(double budget, List<float[]> sample) {
    PrincipalAxes axes = axes(sample);
    return suits(axes, budget, sample) ? mixed(axes, budget, sample) : uniform(budget, sample);
  }

  /**
   * Whether axes are worth having. Of data without any that stand out, they describe the sample
   * more than the field. Worse: a few vectors that are unlike all others lie along an axis that has
   * no more bits than the rest, so that their codes all lose the same part, which looks like
   * distance. A random rotation spreads it evenly over all dimensions, where it is no error but a
   * factor.
   *
   * @param axes of the sample
   * @param budget bits a dimension, 0.5 to 7
   * @param sample as it was given to {@link #axes}; left as it is
   */
  public boolean suits(PrincipalAxes axes, double budget, List<float[]> sample) {
    int heldOut = (sample.size() + HELD_OUT_EVERY - 1) / HELD_OUT_EVERY;
    int count = Math.min(heldOut, SUITABILITY_SAMPLE);
    List<float[]> forAxes = new ArrayList<>(count);
    List<float[]> forRotation = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      // In other words, of those that the axes were not learned from, some evenly spaced.
      float[] vector = sample.get((int) ((long) i * heldOut / count) * HELD_OUT_EVERY);
      forAxes.add(vector);
      forRotation.add(vector.clone());
    }
    Calibration mixed = mixed(axes, budget, forAxes, 1);
    byte[] bits = mixed.bits();
    // A budget that is no whole number makes a difference of one; blocks without bits are left out.
    int inevitable = budget == Math.rint(budget) ? 0 : 1;
    boolean sharedOut =
        bits[0] - bits[bits.length - 1] > inevitable
            || mixed.transform().outputDimension() < axes.dimension();
    return sharedOut
        && (count < SUITABILITY_MIN
            || mixed.expectedError() <= TOLERATED * uniform(budget, forRotation).expectedError());
  }

  /**
   * Bits by reverse water-filling over the variances along known axes.
   *
   * @param axes of the sample, or of one that it is a part of
   * @param budget bits a dimension, 0.5 to 7; codes take whole bytes
   * @param sample vectors of the field, overwritten; not empty
   */
  public Calibration mixed(PrincipalAxes axes, double budget, List<float[]> sample) {
    return mixed(axes, budget, sample, HELD_OUT_EVERY);
  }

  /**
   * @param measureEvery of how many vectors one tells the error
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
        BLOCK_SIZE,
        klt.bits(),
        steps);
  }

  /** Replaces the steps of blocks where the user asked for another way to find them. */
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
      // A block that the sample did not move keeps a scale that other vectors can live with.
      steps[block] = Math.max(step, SCALE_FLOOR * SCALE_FLOOR * steps[block]);
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
   * The direction of a vector's residual.
   *
   * @param vector a vector
   * @param direction receives (x - c) / |x - c|, or zeros if the vector is the centroid
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
      // In double: the residual of two huge floats may be no float.
      direction[d] = norm == 0 ? 0 : (float) (((double) vector[d] - centroid[d]) / norm);
    }
    return norm;
  }

  /**
   * @param directions residual directions of the sample, or of a part of it, transformed
   */
  private static Calibration withErrors(
      CalibrationMethod method,
      int sampleSize,
      List<float[]> directions,
      Transform transform,
      float[] centroid,
      int blockSize,
      byte[] bits,
      float[] steps) {
    SampleError error =
        new SampleError(
            StepScaling.of(method), blockSize, bits, steps, transform.outputDimension());
    for (float[] direction : directions) {
      error.add(direction, 1);
    }
    return new Calibration(
        method,
        sampleSize,
        transform,
        centroid,
        blockSize,
        bits,
        steps,
        error.rootMeanSquare(),
        error.clipRate());
  }
}
