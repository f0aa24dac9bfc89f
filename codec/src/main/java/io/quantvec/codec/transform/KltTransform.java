/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import java.util.Arrays;

/**
 * The matrix of a {@link Klt} in a fast memory layout: one array of outputs per input component, so
 * that every loop adds scaled arrays. C2 vectorizes such loops. It does not vectorize inner
 * products, because it must not reorder floating point sums.
 *
 * <p>Sums are floats: their rounding error, about 1e-6 of a unit vector's length, is far below the
 * step of an 8-bit code. {@link #apply} and {@link #applyAll} add in the same order and therefore
 * return identical bits, on every processor. Immutable and thread-safe.
 */
public final class KltTransform {

  /**
   * Matrix entries that one batch of vectors is multiplied with at a time: 512 KB, which fit into
   * the second-level cache.
   */
  private static final int STRIP_FLOATS = 1 << 17;

  /**
   * Smaller batches are mapped back one by one: for them, transposing the images costs more than it
   * saves.
   */
  private static final int MIN_TRANSPOSED_BATCH = 8;

  private final int outputs;
  private final float[][] columns;

  /**
   * @param rows one row per output, all of the same length of at least 1; copied
   */
  public KltTransform(float[][] rows) {
    this.outputs = rows.length;
    if (outputs == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException("expected a matrix of at least one row and one column");
    }
    this.columns = new float[rows[0].length][outputs];
    for (int r = 0; r < outputs; r++) {
      if (rows[r].length != columns.length) {
        throw new IllegalArgumentException(
            "expected rows of " + columns.length + " numbers, got " + rows[r].length);
      }
      for (int j = 0; j < columns.length; j++) {
        columns[j][r] = rows[r][j];
      }
    }
  }

  /** Components per vector. */
  public int inputs() {
    return columns.length;
  }

  /** Components per image. */
  public int outputs() {
    return outputs;
  }

  /**
   * Copies one row of the matrix.
   *
   * @param output index of the row, from 0
   * @param row receives {@link #inputs()} floats
   */
  public void copyRow(int output, float[] row) {
    for (int j = 0; j < columns.length; j++) {
      row[j] = columns[j][output];
    }
  }

  /**
   * Maps one vector.
   *
   * @param vector {@link #inputs()} floats, not changed
   * @param image receives {@link #outputs()} floats; must not be the vector's array
   */
  public void apply(float[] vector, float[] image) {
    Arrays.fill(image, 0, outputs, 0);
    add(vector, image, 0, columns.length);
  }

  /**
   * Maps many vectors. If the matrix does not fit into the second-level cache, this is faster than
   * mapping them one by one, because each cached part of the matrix is applied to all vectors. A
   * few dozen vectors per batch are enough for that; use a few hundred at most.
   *
   * @param vectors each of {@link #inputs()} floats, not changed
   * @param images receive {@link #outputs()} floats each; must not be the vectors' arrays
   * @param count number of vectors
   */
  public void applyAll(float[][] vectors, float[][] images, int count) {
    for (int v = 0; v < count; v++) {
      Arrays.fill(images[v], 0, outputs, 0);
    }
    // A multiple of four, so that sums are grouped as in apply.
    int strip = Math.max(4, STRIP_FLOATS / outputs & -4);
    for (int from = 0; from < columns.length; from += strip) {
      int to = Math.min(columns.length, from + strip);
      for (int v = 0; v < count; v++) {
        add(vectors[v], images[v], from, to);
      }
    }
  }

  private void add(float[] vector, float[] image, int from, int to) {
    int j = from;
    for (; j + 4 <= to; j += 4) {
      addFour(vector, j, image);
    }
    for (; j < to; j++) {
      float[] column = columns[j];
      float x = vector[j];
      for (int r = 0; r < outputs; r++) {
        image[r] += x * column[r];
      }
    }
  }

  /**
   * Four columns share one load and one store of the image. Processing four vectors at a time as
   * well would save more loads, but C2 does not vectorize so long a loop: it measured a third of
   * the speed.
   */
  private void addFour(float[] vector, int j, float[] image) {
    float[] column0 = columns[j];
    float[] column1 = columns[j + 1];
    float[] column2 = columns[j + 2];
    float[] column3 = columns[j + 3];
    float x0 = vector[j];
    float x1 = vector[j + 1];
    float x2 = vector[j + 2];
    float x3 = vector[j + 3];
    for (int r = 0; r < outputs; r++) {
      image[r] += x0 * column0[r] + x1 * column1[r] + x2 * column2[r] + x3 * column3[r];
    }
  }

  /**
   * Maps an image back to its vector, without the part of the vector that lay in dropped
   * dimensions. About seven times slower than {@link #apply} because it sums inner products. Use it
   * for single images and {@link #applyTransposedAll} for many.
   *
   * @param image {@link #outputs()} floats, not changed
   * @param vector receives {@link #inputs()} floats; must not be the image's array
   */
  public void applyTransposed(float[] image, float[] vector) {
    for (int j = 0; j < columns.length; j++) {
      float[] column = columns[j];
      // Four independent sums, which the processor can add in parallel.
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

  /**
   * Maps many images back. Each matrix entry is loaded once for all images, so batches of a few
   * dozen are nearly as fast as {@link #applyAll}. Batches of fewer than 8 images are as slow as
   * {@link #applyTransposed}.
   *
   * @param images each of {@link #outputs()} floats, not changed
   * @param vectors receive {@link #inputs()} floats each; must not be the images' arrays
   * @param count number of images
   */
  public void applyTransposedAll(float[][] images, float[][] vectors, int count) {
    if (count < MIN_TRANSPOSED_BATCH) {
      for (int v = 0; v < count; v++) {
        applyTransposed(images[v], vectors[v]);
      }
      return;
    }
    // Stores each output of all images contiguously, so that the inner loop over images adds arrays
    // and C2 vectorizes it.
    float[][] rows = new float[outputs][count];
    for (int v = 0; v < count; v++) {
      for (int r = 0; r < outputs; r++) {
        rows[r][v] = images[v][r];
      }
    }
    float[] sums = new float[count];
    for (int j = 0; j < columns.length; j++) {
      Arrays.fill(sums, 0);
      addRows(columns[j], rows, sums);
      for (int v = 0; v < count; v++) {
        vectors[v][j] = sums[v];
      }
    }
  }

  private void addRows(float[] column, float[][] rows, float[] sums) {
    int r = 0;
    for (; r + 4 <= outputs; r += 4) {
      addFourRows(column, r, rows, sums);
    }
    for (; r < outputs; r++) {
      float[] row = rows[r];
      float x = column[r];
      for (int v = 0; v < sums.length; v++) {
        sums[v] += x * row[v];
      }
    }
  }

  private static void addFourRows(float[] column, int r, float[][] rows, float[] sums) {
    float[] row0 = rows[r];
    float[] row1 = rows[r + 1];
    float[] row2 = rows[r + 2];
    float[] row3 = rows[r + 3];
    float x0 = column[r];
    float x1 = column[r + 1];
    float x2 = column[r + 2];
    float x3 = column[r + 3];
    for (int v = 0; v < sums.length; v++) {
      sums[v] += x0 * row0[v] + x1 * row1[v] + x2 * row2[v] + x3 * row3[v];
    }
  }
}
