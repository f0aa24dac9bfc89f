/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * A matrix of orthonormal rows, learned from vectors (the Karhunen-Loeve transform; Gersho and
 * Gray, "Vector Quantization and Signal Compression", chapter 8).
 *
 * <p>Matrix entries are rounded to half floats, as in index files, so that a segment scores the
 * same before and after it is written. The relative rounding error of 2^-11 per entry is far below
 * the quantization error of a code.
 */
public final class DenseTransform implements Transform {

  /** The number that identifies a matrix in index files. */
  public static final int WIRE_NUMBER = 2;

  private final KltTransform matrix;

  /** Frobenius norm of the matrix. */
  private final double norm;

  /**
   * @param rows one row of d numbers for each component of an image; this constructor rounds them
   *     to half floats in place
   */
  public DenseTransform(float[][] rows) {
    double squares = 0;
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = Float.float16ToFloat(Float.floatToFloat16(row[i]));
        squares += (double) row[i] * row[i];
      }
    }
    this.matrix = new KltTransform(rows);
    this.norm = Math.sqrt(squares);
  }

  /** Copies one row of the matrix. */
  public void copyRow(int output, float[] row) {
    matrix.copyRow(output, row);
  }

  /** Number of matrix entries. */
  public int size() {
    return matrix.inputs() * matrix.outputs();
  }

  @Override
  public int wireNumber() {
    return WIRE_NUMBER;
  }

  @Override
  public long seed() {
    return 0;
  }

  @Override
  public int outputDimension() {
    return matrix.outputs();
  }

  @Override
  public void apply(float[] vector, float[] image) {
    matrix.apply(vector, image);
  }

  @Override
  public void applyAll(float[][] vectors, float[][] images, int count) {
    matrix.applyAll(vectors, images, count);
  }

  @Override
  public void applyTransposed(float[] image, float[] vector) {
    matrix.applyTransposed(image, vector);
  }

  @Override
  public void applyTransposedAll(float[][] images, float[][] vectors, int count) {
    matrix.applyTransposedAll(images, vectors, count);
  }

  /**
   * A sum of n products, added four at a time, has a rounding error of at most (n / 4 + 5) * 2^-24
   * times the sum of the products' magnitudes. Over all components of the result, the sums of
   * magnitudes amount to at most the vector's length times the Frobenius norm.
   */
  @Override
  public double roundingError() {
    int longest = Math.max(matrix.inputs(), matrix.outputs());
    return 1.1 * (longest / 4 + 5) * norm * 0x1p-24;
  }
}
