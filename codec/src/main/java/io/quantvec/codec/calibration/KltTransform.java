/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.Arrays;

/**
 * The matrix of a {@link Klt}, laid out for speed: input components map to rows of outputs, so that
 * every loop adds scaled rows. C2 turns such loops into vector code; sums of floats in inner
 * products it must leave in their order.
 *
 * <p>Sums are floats: their rounding, near 1e-6 of a unit vector's length, is far below the step of
 * an 8 bit code. {@link #apply} and {@link #applyAll} add in the same order and so give the same
 * bits, on every processor. Immutable and safe for use by many threads.
 */
public final class KltTransform {

  /** Floats of the matrix that a batch of vectors goes through at a time: 512 KB. */
  private static final int STRIP_FLOATS = 1 << 17;

  private final int outputs;
  private final float[][] columns;

  /**
   * @param rows one row for each output, all of the same length of at least 1; not kept
   */
  public KltTransform(float[][] rows) {
    this.outputs = rows.length;
    if (outputs == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException("expected at least one output of at least one input");
    }
    this.columns = new float[rows[0].length][outputs];
    for (int r = 0; r < outputs; r++) {
      if (rows[r].length != columns.length) {
        throw new IllegalArgumentException(
            "expected rows of " + columns.length + ", got " + rows[r].length);
      }
      for (int j = 0; j < columns.length; j++) {
        columns[j][r] = rows[r][j];
      }
    }
  }

  /** Components of a vector. */
  public int inputs() {
    return columns.length;
  }

  /** Components of an image. */
  public int outputs() {
    return outputs;
  }

  /**
   * Gives back a row of the matrix.
   *
   * @param output which, from 0
   * @param row receives {@link #inputs()} floats
   */
  public void copyRow(int output, float[] row) {
    for (int j = 0; j < columns.length; j++) {
      row[j] = columns[j][output];
    }
  }

  /** Bytes on the heap, without the few of the object itself. */
  public long ramBytesUsed() {
    return columns.length * ((long) Float.BYTES * outputs + 24);
  }

  /**
   * Maps one vector.
   *
   * @param vector {@link #inputs()} floats, not changed
   * @param image receives {@link #outputs()} floats; another array than the vector
   */
  public void apply(float[] vector, float[] image) {
    Arrays.fill(image, 0, outputs, 0);
    int j = 0;
    for (; j + 4 <= columns.length; j += 4) {
      addFour(vector, j, image, 0, outputs);
    }
    for (; j < columns.length; j++) {
      addOne(vector[j], columns[j], image, 0, outputs);
    }
  }

  /**
   * Maps many vectors, faster than one by one: four of them share every load of the matrix, and a
   * part of the matrix serves all of them while it is in the cache. A hundred vectors or more are
   * enough for that.
   *
   * @param vectors each of {@link #inputs()} floats, not changed
   * @param images receive {@link #outputs()} floats each; other arrays than the vectors
   * @param count how many to map
   */
  public void applyAll(float[][] vectors, float[][] images, int count) {
    for (int v = 0; v < count; v++) {
      Arrays.fill(images[v], 0, outputs, 0);
    }
    int strip = Math.max(64, STRIP_FLOATS / columns.length & -64);
    for (int from = 0; from < outputs; from += strip) {
      int to = Math.min(outputs, from + strip);
      int v = 0;
      for (; v + 4 <= count; v += 4) {
        int j = 0;
        for (; j + 4 <= columns.length; j += 4) {
          addFourByFour(vectors, images, v, j, from, to);
        }
        for (; j < columns.length; j++) {
          for (int i = v; i < v + 4; i++) {
            addOne(vectors[i][j], columns[j], images[i], from, to);
          }
        }
      }
      for (; v < count; v++) {
        int j = 0;
        for (; j + 4 <= columns.length; j += 4) {
          addFour(vectors[v], j, images[v], from, to);
        }
        for (; j < columns.length; j++) {
          addOne(vectors[v][j], columns[j], images[v], from, to);
        }
      }
    }
  }

  private static void addOne(float x, float[] column, float[] image, int from, int to) {
    for (int r = from; r < to; r++) {
      image[r] += x * column[r];
    }
  }

  private void addFour(float[] vector, int j, float[] image, int from, int to) {
    float[] column0 = columns[j];
    float[] column1 = columns[j + 1];
    float[] column2 = columns[j + 2];
    float[] column3 = columns[j + 3];
    float x0 = vector[j];
    float x1 = vector[j + 1];
    float x2 = vector[j + 2];
    float x3 = vector[j + 3];
    for (int r = from; r < to; r++) {
      image[r] += x0 * column0[r] + x1 * column1[r] + x2 * column2[r] + x3 * column3[r];
    }
  }

  private void addFourByFour(float[][] vectors, float[][] images, int v, int j, int from, int to) {
    float[] column0 = columns[j];
    float[] column1 = columns[j + 1];
    float[] column2 = columns[j + 2];
    float[] column3 = columns[j + 3];
    float[] image0 = images[v];
    float[] image1 = images[v + 1];
    float[] image2 = images[v + 2];
    float[] image3 = images[v + 3];
    float a0 = vectors[v][j];
    float a1 = vectors[v][j + 1];
    float a2 = vectors[v][j + 2];
    float a3 = vectors[v][j + 3];
    float b0 = vectors[v + 1][j];
    float b1 = vectors[v + 1][j + 1];
    float b2 = vectors[v + 1][j + 2];
    float b3 = vectors[v + 1][j + 3];
    float c0 = vectors[v + 2][j];
    float c1 = vectors[v + 2][j + 1];
    float c2 = vectors[v + 2][j + 2];
    float c3 = vectors[v + 2][j + 3];
    float d0 = vectors[v + 3][j];
    float d1 = vectors[v + 3][j + 1];
    float d2 = vectors[v + 3][j + 2];
    float d3 = vectors[v + 3][j + 3];
    for (int r = from; r < to; r++) {
      float t0 = column0[r];
      float t1 = column1[r];
      float t2 = column2[r];
      float t3 = column3[r];
      image0[r] += a0 * t0 + a1 * t1 + a2 * t2 + a3 * t3;
      image1[r] += b0 * t0 + b1 * t1 + b2 * t2 + b3 * t3;
      image2[r] += c0 * t0 + c1 * t1 + c2 * t2 + c3 * t3;
      image3[r] += d0 * t0 + d1 * t1 + d2 * t2 + d3 * t3;
    }
  }

  /**
   * Maps an image back: the vector it came from, without what lay in dropped dimensions. Slower
   * than {@link #apply}, for it sums inner products; it serves where a vector is read back.
   *
   * @param image {@link #outputs()} floats, not changed
   * @param vector receives {@link #inputs()} floats; another array than the image
   */
  public void applyTransposed(float[] image, float[] vector) {
    for (int j = 0; j < columns.length; j++) {
      float[] column = columns[j];
      // Four sums that do not wait for each other.
      float sum0 = 0;
      float sum1 = 0;
      float sum2 = 0;
      float sum3 = 0;
      int r = 0;
      for (; r + 4 <= outputs; r += 4) {
        sum0 += column[r] * image[r];
        sum1 += column[r + 1] * image[r + 1];
        sum2 += column[r + 2] * image[r + 2];
        sum3 += column[r + 3] * image[r + 3];
      }
      for (; r < outputs; r++) {
        sum0 += column[r] * image[r];
      }
      vector[j] = sum0 + sum1 + (sum2 + sum3);
    }
  }
}
