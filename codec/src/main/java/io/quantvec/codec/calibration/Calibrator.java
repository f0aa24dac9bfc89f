/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

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
   * At three vectors a dimension a sample needs shrinkage; with fewer, segments are tiny anyway.
   */
  static final int LEARNED_VECTORS_PER_DIMENSION = 3;

  /** The principal axes of 2,048 dimensions take some 70 MB and half a minute of one core. */
  static final int MAX_LEARNED_DIMENSION = 2_048;

  private static final int BLOCK_SIZE = Klt.DEFAULT_BLOCK_SIZE;

  /**
   * A scale is never below this share of the mean scale: a dimension that the sample hardly moved
   * may still move in other vectors, and absolute errors of this size are lost among the others'.
   */
  private static final float SCALE_FLOOR = 0.25f;

  /** The clipping ranges tried, as shares of the largest magnitude seen. */
  private static final float[] CLIP_CANDIDATES = {1f, .9f, .8f, .7f, .6f, .5f};

  /** The squared error of a scale is measured on so many vectors; more changed no choice. */
  private static final int SCALE_SAMPLE = 1_000;

  /** The largest code of 8 bits: -128 is left out so that sums of two products fit 16 bits. */
  public static final int MAX_INT8 = 127;

  private Calibrator() {}

  /**
   * Signed 8 bit codes without a rotation, with a step a dimension that has the smallest squared
   * error on the sample.
   *
   * @param sample vectors of the field, overwritten; not empty
   */
  public static Calibration int8(List<float[]> sample) {
    float[] centroid = PrincipalAxes.mean(sample);
    int dimension = centroid.length;
    Transform identity = new IdentityTransform(dimension);
    toResidualDirections(sample, centroid, identity);
    float[] steps = new float[dimension];
    double sum = 0;
    float[] column = new float[Math.min(sample.size(), SCALE_SAMPLE)];
    for (int d = 0; d < dimension; d++) {
      float max = 0;
      for (float[] residual : sample) {
        max = Math.max(max, Math.abs(residual[d]));
      }
      for (int i = 0; i < column.length; i++) {
        column[i] = sample.get((int) ((long) i * sample.size() / column.length))[d];
      }
      steps[d] = bestInt8Step(column, max);
      sum += steps[d];
    }
    // A sample of equal vectors has no residual at all: any step encodes its zeros.
    float floor = sum > 0 ? (float) (SCALE_FLOOR * sum / dimension) : 1f / MAX_INT8;
    for (int d = 0; d < dimension; d++) {
      steps[d] = Math.max(steps[d], floor);
    }
    byte[] bits = new byte[dimension];
    Arrays.fill(bits, (byte) 8);
    return withErrors(CalibrationMethod.MSE, sample, identity, centroid, 1, bits, steps);
  }

  private static float bestInt8Step(float[] column, float max) {
    float best = max / MAX_INT8;
    double bestError = Double.POSITIVE_INFINITY;
    for (float share : CLIP_CANDIDATES) {
      float step = share * max / MAX_INT8;
      if (step < Float.MIN_NORMAL) {
        break;
      }
      double error = 0;
      for (float v : column) {
        float code = Math.clamp((float) Math.rint(v / step), -MAX_INT8, MAX_INT8);
        double miss = v - code * step;
        error += miss * miss;
      }
      if (error < bestError) {
        bestError = error;
        best = step;
      }
    }
    return best;
  }

  /**
   * The same bits for every dimension, after a rotation that makes them alike. A budget that is no
   * whole number gives one bit more to as many of the first blocks as it pays for; one below a bit
   * leaves out the last blocks.
   *
   * @param budget bits a dimension, 0.5 to 7
   * @param sample vectors of the field, overwritten; not empty
   */
  public static Calibration uniform(double budget, List<float[]> sample) {
    float[] centroid = PrincipalAxes.mean(sample);
    int dimension = centroid.length;
    Transform transform = new HadamardTransform(dimension, ROTATION_SEED);
    toResidualDirections(sample, centroid, transform);
    int blocks = Calibration.blockCount(dimension, BLOCK_SIZE);
    byte[] bits = new byte[blocks];
    Arrays.fill(bits, (byte) Math.floor(budget));
    int more = (int) Math.round((budget - Math.floor(budget)) * blocks);
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
    return withErrors(CalibrationMethod.RMS, sample, transform, centroid, BLOCK_SIZE, bits, steps);
  }

  /**
   * Whether a transform is worth learning: from few vectors it would describe the sample instead of
   * the field, and take longer than the graph over them; under two blocks there is nothing to share
   * out; and above {@link #MAX_LEARNED_DIMENSION} it takes more time and memory than a merge
   * should.
   */
  public static boolean canLearn(int dimension, int vectors) {
    return vectors >= LEARNED_VECTORS_PER_DIMENSION * dimension
        && dimension >= 2 * BLOCK_SIZE
        && dimension <= MAX_LEARNED_DIMENSION;
  }

  /**
   * Bits by reverse water-filling over the variances along the sample's principal axes.
   *
   * @param budget bits a dimension, 0.5 to 7
   * @param sample vectors of the field, left as they are; see {@link #canLearn}
   */
  public static Calibration mixed(double budget, List<float[]> sample) {
    int dimension = sample.get(0).length;
    int bits = Math.max(BLOCK_SIZE, (int) Math.round(budget * dimension));
    PrincipalAxes axes = PrincipalAxes.of(sample);
    Klt klt = axes.klt(bits, BLOCK_SIZE, ROTATION_SEED);
    // A last block that is shorter than a lane takes whole lanes: that must be paid for, too.
    int allowed = bits;
    while (storedBits(klt) > bits) {
      allowed = Math.max(BLOCK_SIZE, allowed - (storedBits(klt) - bits));
      klt = axes.klt(allowed, BLOCK_SIZE, ROTATION_SEED);
    }
    Transform transform = new DenseTransform(klt.rows());
    float[] steps = new float[klt.bits().length];
    for (int block = 0; block < steps.length; block++) {
      steps[block] = klt.step(block);
    }
    SampleError error = new SampleError(BLOCK_SIZE, klt.bits(), steps, klt.keptDimension());
    float[] residual = new float[dimension];
    float[] direction = new float[klt.keptDimension()];
    for (float[] vector : sample) {
      residualDirection(vector, klt.centroid(), residual);
      transform.apply(residual, direction);
      error.add(direction);
    }
    return new Calibration(
        CalibrationMethod.KLT,
        sample.size(),
        transform,
        klt.centroid(),
        BLOCK_SIZE,
        klt.bits(),
        steps,
        error.rootMeanSquare(),
        error.clipRate());
  }

  private static int storedBits(Klt klt) {
    int sum = 0;
    for (byte b : klt.bits()) {
      sum += b * BLOCK_SIZE;
    }
    return sum;
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
   * @param directions the sample's residual directions, transformed
   */
  private static Calibration withErrors(
      CalibrationMethod method,
      List<float[]> directions,
      Transform transform,
      float[] centroid,
      int blockSize,
      byte[] bits,
      float[] steps) {
    SampleError error = new SampleError(blockSize, bits, steps, transform.outputDimension());
    for (float[] direction : directions) {
      error.add(direction);
    }
    return new Calibration(
        method,
        directions.size(),
        transform,
        centroid,
        blockSize,
        bits,
        steps,
        error.rootMeanSquare(),
        error.clipRate());
  }
}
