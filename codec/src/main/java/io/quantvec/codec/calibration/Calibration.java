/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import io.quantvec.codec.transform.BitAllocation;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.Transform;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Everything that is learned from a sample of a field's vectors. Its id is a hash of its content:
 * two calibrations with the same id decode a code to the same vector. The time of learning is not
 * part of the hash.
 *
 * <p>A code encodes the direction of a vector's residual, y = T(x - c) / |x - c|, where x is the
 * vector, c the centroid and T the transform. {@link CodeBlocks} describes the code of y.
 *
 * @param method how the steps were determined
 * @param transform the transform T
 * @param centroid the centroid c; its length is the dimension
 * @param blocks bits and steps of the code's dimensions
 * @param fit how well codes fit the sample
 * @param learnedAt when the calibration was learned or given, in milliseconds since
 *     1970-01-01T00:00Z; 0 if unknown
 */
public record Calibration(
    CalibrationMethod method,
    Transform transform,
    float[] centroid,
    CodeBlocks blocks,
    SampleFit fit,
    long learnedAt) {

  /**
   * Length of an id in bytes: half of a SHA-256 hash, so that no two calibrations in a cluster get
   * the same id.
   */
  public static final int ID_LENGTH = 16;

  public Calibration {
    int expected = BitAllocation.blockCount(transform.outputDimension(), blocks.size());
    if (blocks.bits().length != expected) {
      throw new IllegalArgumentException(
          "expected bits and steps of " + expected + " blocks, got " + blocks.bits().length);
    }
    if (learnedAt < 0) {
      throw new IllegalArgumentException(
          "expected a time of learning from 1970 on, got " + learnedAt + " ms");
    }
  }

  /** A calibration with an unknown time of learning. */
  public Calibration(
      CalibrationMethod method,
      Transform transform,
      float[] centroid,
      CodeBlocks blocks,
      SampleFit fit) {
    this(method, transform, centroid, blocks, fit, 0);
  }

  /**
   * The same calibration with another time of learning.
   *
   * @param time milliseconds since 1970-01-01T00:00Z; 0 if unknown
   */
  public Calibration withLearnedAt(long time) {
    return new Calibration(method, transform, centroid, blocks, fit, time);
  }

  /** Number of vectors that the calibration was learned from; see {@link SampleFit}. */
  public int sampleSize() {
    return fit.sampleSize();
  }

  /** Expected quantization error; see {@link SampleFit}. */
  public float expectedError() {
    return fit.expectedError();
  }

  /** Expected share of clipped components; see {@link SampleFit}. */
  public float clipRate() {
    return fit.clipRate();
  }

  /** Dimensions per block; see {@link CodeBlocks}. */
  public int blockSize() {
    return blocks.size();
  }

  /** Bits per dimension of each block; see {@link CodeBlocks}. */
  public byte[] bits() {
    return blocks.bits();
  }

  /** Step of each block; see {@link CodeBlocks}. */
  public float[] steps() {
    return blocks.steps();
  }

  /** Components per vector. */
  public int dimension() {
    return centroid.length;
  }

  /** Components per code. Codes can leave out directions without variance. */
  public int codeDimension() {
    return transform.outputDimension();
  }

  /** Bits per code. */
  public int codeBits() {
    int sum = 0;
    for (int block = 0; block < bits().length; block++) {
      sum += bits()[block] * Math.min(blockSize(), codeDimension() - block * blockSize());
    }
    return sum;
  }

  /** The step of each dimension. */
  public float[] stepsPerDimension() {
    float[] perDimension = new float[codeDimension()];
    for (int i = 0; i < perDimension.length; i++) {
      perDimension[i] = steps()[i / blockSize()];
    }
    return perDimension;
  }

  /**
   * The hash of the whole content except {@link #learnedAt}. Calibrations with equal ids differ at
   * most in that time.
   */
  public byte[] id() {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(
          ByteBuffer.allocate(7 * Integer.BYTES + Long.BYTES + 2 * Float.BYTES)
              .putInt(method.wireNumber())
              .putInt(sampleSize())
              .putFloat(expectedError())
              .putFloat(clipRate())
              .putInt(dimension())
              .putInt(codeDimension())
              .putInt(transform.wireNumber())
              .putLong(transform.seed())
              .putInt(blockSize())
              .putInt(bits().length)
              .array());
      hash.update(bits());
      update(hash, centroid);
      update(hash, steps());
      if (transform instanceof DenseTransform dense) {
        float[] row = new float[dimension()];
        for (int i = 0; i < codeDimension(); i++) {
          dense.copyRow(i, row);
          update(hash, row);
        }
      }
      return Arrays.copyOf(hash.digest(), ID_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static void update(MessageDigest hash, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    hash.update(bytes.array());
  }

  /** Bytes on the heap. */
  public long ramBytesUsed() {
    long matrix = transform instanceof DenseTransform dense ? dense.size() : 0;
    return Float.BYTES * (centroid.length + steps().length + matrix) + bits().length + 128;
  }
}
