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
 * Everything learned from a sample of a field's vectors, frozen under an id that is a hash of its
 * content: two calibrations of one id decode a code to the same vector. When it was learned is no
 * part of that content.
 *
 * <p>A vector x becomes a code of the direction of its residual, y = T(x - c) / |x - c|, where c is
 * the centroid and T the transform. The dimensions of y lie in blocks; a block has a number of bits
 * and a step. Within a block a code u of b bits stands for (u - (2^b - 1) / 2) * step; with 8 bits
 * a code is signed, within +-127, and stands for u * step.
 *
 * @param method how the steps were found
 * @param sampleSize vectors learned from
 * @param transform the map T
 * @param centroid the centroid c; its length is the dimension
 * @param blockSize dimensions a block; the last block may be shorter
 * @param bits bits a dimension, a block: 0 to 8
 * @param steps distance between two codes, a block; finite and not negative
 * @param expectedError root mean square of y minus its reconstruction, 0 to 1, measured on the
 *     sample, or on a part of it that a transform was not learned from; NaN if nothing was learned
 * @param clipRate share of components that fell outside of the codes' range on the same vectors, 0
 *     to 1; NaN if nothing was learned
 * @param learnedAt when it was learned or given, in milliseconds since 1970-01-01T00:00Z; 0 if that
 *     is not known
 */
public record Calibration(
    CalibrationMethod method,
    int sampleSize,
    Transform transform,
    float[] centroid,
    int blockSize,
    byte[] bits,
    float[] steps,
    float expectedError,
    float clipRate,
    long learnedAt) {

  /** Bytes of an id: half of a SHA-256 hash, which no two calibrations of a cluster will share. */
  public static final int ID_LENGTH = 16;

  public Calibration {
    int blocks = BitAllocation.blockCount(transform.outputDimension(), blockSize);
    if (bits.length != blocks || steps.length != blocks) {
      throw new IllegalArgumentException(
          "expected bits and steps of "
              + blocks
              + " blocks, got "
              + bits.length
              + " and "
              + steps.length);
    }
    for (int i = 0; i < blocks; i++) {
      if (bits[i] < 0 || bits[i] > 8) {
        throw new IllegalArgumentException("expected 0 to 8 bits a block, got " + bits[i]);
      }
      if (!(steps[i] >= 0 && steps[i] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("expected a finite step, got " + steps[i]);
      }
    }
    if (learnedAt < 0) {
      throw new IllegalArgumentException("expected a time from 1970 on, got " + learnedAt);
    }
  }

  /** A calibration of which it is not known when it was learned. */
  public Calibration(
      CalibrationMethod method,
      int sampleSize,
      Transform transform,
      float[] centroid,
      int blockSize,
      byte[] bits,
      float[] steps,
      float expectedError,
      float clipRate) {
    this(
        method,
        sampleSize,
        transform,
        centroid,
        blockSize,
        bits,
        steps,
        expectedError,
        clipRate,
        0);
  }

  /**
   * The same with another time.
   *
   * @param time milliseconds since 1970-01-01T00:00Z; 0 if it is not known
   */
  public Calibration withLearnedAt(long time) {
    return new Calibration(
        method,
        sampleSize,
        transform,
        centroid,
        blockSize,
        bits,
        steps,
        expectedError,
        clipRate,
        time);
  }

  /** Components a vector. */
  public int dimension() {
    return centroid.length;
  }

  /** Components a code, which may leave out directions of no variance. */
  public int codeDimension() {
    return transform.outputDimension();
  }

  /** Bits of a code. */
  public int codeBits() {
    int sum = 0;
    for (int block = 0; block < bits.length; block++) {
      sum += bits[block] * Math.min(blockSize, codeDimension() - block * blockSize);
    }
    return sum;
  }

  /** The steps, a dimension. */
  public float[] stepsPerDimension() {
    float[] perDimension = new float[codeDimension()];
    for (int i = 0; i < perDimension.length; i++) {
      perDimension[i] = steps[i / blockSize];
    }
    return perDimension;
  }

  /**
   * The hash of all of it but of when it was learned: two calibrations of one id are the same in
   * every other respect.
   */
  public byte[] id() {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(
          ByteBuffer.allocate(7 * Integer.BYTES + Long.BYTES + 2 * Float.BYTES)
              .putInt(method.wireNumber())
              .putInt(sampleSize)
              .putFloat(expectedError)
              .putFloat(clipRate)
              .putInt(dimension())
              .putInt(codeDimension())
              .putInt(transform.wireNumber())
              .putLong(transform.seed())
              .putInt(blockSize)
              .putInt(bits.length)
              .array());
      hash.update(bits);
      update(hash, centroid);
      update(hash, steps);
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
    return Float.BYTES * (centroid.length + steps.length + matrix) + bits.length + 128;
  }
}
