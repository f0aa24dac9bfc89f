/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Everything learned from a sample of a field's vectors, frozen under an id that is a hash of its
 * content: two calibrations of one id decode a code to the same vector.
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
 * @param expectedError root mean square of y minus its reconstruction on the sample, 0 to 1
 * @param clipRate share of the sample's components that fell outside of the codes' range, 0 to 1
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
    float clipRate) {

  /** Bytes of an id: half of a SHA-256 hash, which no two calibrations of a cluster will share. */
  public static final int ID_LENGTH = 16;

  public Calibration {
    int blocks = blockCount(centroid.length, blockSize);
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
  }

  /** Blocks of a vector: the last one may be shorter. */
  public static int blockCount(int dimension, int blockSize) {
    if (blockSize < 1) {
      throw new IllegalArgumentException("expected a block of at least 1, got " + blockSize);
    }
    return (dimension + blockSize - 1) / blockSize;
  }

  /** Components a vector. */
  public int dimension() {
    return centroid.length;
  }

  /** The bits of every block where all agree, as in the uniform allocation. */
  public int uniformBits() {
    for (byte b : bits) {
      if (b != bits[0]) {
        throw new IllegalStateException("bits differ between blocks: " + Arrays.toString(bits));
      }
    }
    return bits[0];
  }

  /** The steps, a dimension. */
  public float[] stepsPerDimension() {
    float[] perDimension = new float[dimension()];
    for (int i = 0; i < perDimension.length; i++) {
      perDimension[i] = steps[i / blockSize];
    }
    return perDimension;
  }

  /** The hash of all that decides what a code means. */
  public byte[] id() {
    ByteBuffer content =
        ByteBuffer.allocate(
                4 * Integer.BYTES
                    + Long.BYTES
                    + Float.BYTES * (centroid.length + steps.length)
                    + bits.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    content.putInt(dimension()).putInt(transform.wireNumber()).putLong(transform.seed());
    content.putInt(blockSize).putInt(bits.length).put(bits);
    for (float v : centroid) {
      content.putFloat(v);
    }
    for (float v : steps) {
      content.putFloat(v);
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.array());
      return Arrays.copyOf(hash, ID_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Bytes on the heap, without the transform's own few. */
  public long ramBytesUsed() {
    return (long) Float.BYTES * (centroid.length + steps.length) + bits.length + 128;
  }
}
