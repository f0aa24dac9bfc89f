/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

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

  /** Fewer images than this are mapped back one by one. */
  private static final int FEW = 8;

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
    add(vector, image, 0, columns.length);
  }

  /**
   * Maps many vectors, faster than one by one where the matrix does not fit into the second-level
   * cache, for a part of it serves all of them while it is there. Some dozens of vectors are enough
   * for that, and some hundreds should be the most.
   *
   * @param vectors each of {@link #inputs()} floats, not changed
   * @param images receive {@link #outputs()} floats each; other arrays than the vectors
   * @param count how many to map
   */
  public void applyAll(float[][] vectors, float[][] images, int count) {
    for (int v = 0; v < count; v++) {
      Arrays.fill(images[v], 0, outputs, 0);
    }
    // A multiple of four, so that the sums fall into the same groups as in apply.
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
   * Four columns share a load and a store of the image. Four vectors at a time as well would save
   * more, but C2 makes no vector code of so long a loop: it measured a third as fast.
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
   * The map back as a transform of its own, for many vectors: as fast as this one, but a second
   * matrix in memory.
   */
  public KltTransform transposed() {
    return new KltTransform(columns);
  }

  /**
   * Maps an image back: the vector it came from, without what lay in dropped dimensions. Some seven
   * times slower than {@link #apply}, for it sums inner products; it serves where a single vector
   * is read back, {@link #transposed} where many are.
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

  /**
   * Maps many images back, each number of the matrix serving all of them: some dozens are mapped
   * nearly as fast as {@link #applyAll} maps vectors, and few as slowly as by {@link
   * #applyTransposed}.
   *
   * @param images each of {@link #outputs()} floats, not changed
   * @param vectors receive {@link #inputs()} floats each; other arrays than the images
   * @param count how many to map
   */
  public void applyTransposedAll(float[][] images, float[][] vectors, int count) {
    if (count < FEW) {
      for (int v = 0; v < count; v++) {
        applyTransposed(images[v], vectors[v]);
      }
      return;
    }
    // One output of all images stands together, so that the loop over images has no sum of its own.
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
