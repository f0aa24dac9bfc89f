/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rounding error bounds of transforms, and mapping batches of images back. */
class TransformRoundingTest {

  private static float[] vector(int dimension, Random random) {
    float[] vector = new float[dimension];
    double squares = 0;
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) random.nextGaussian();
      squares += vector[d] * vector[d];
    }
    for (int d = 0; d < dimension; d++) {
      vector[d] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private static DenseTransform dense(int outputs, int inputs) {
    float[][] rows = new float[outputs][];
    Random random = new Random(outputs);
    for (int r = 0; r < outputs; r++) {
      rows[r] = vector(inputs, random);
    }
    return new DenseTransform(rows);
  }

  static Stream<Arguments> transforms() {
    return Stream.of(
        Arguments.of(new IdentityTransform(17), 17),
        Arguments.of(new HadamardTransform(1, 3), 1),
        Arguments.of(new HadamardTransform(64, 3), 64),
        Arguments.of(new HadamardTransform(100, 3), 100),
        Arguments.of(dense(1, 1), 1),
        Arguments.of(dense(30, 33), 33),
        Arguments.of(dense(130, 200), 200));
  }

  /** The columns of a transform's matrix: its images of unit vectors. */
  private static double[][] matrix(Transform transform, int dimension) {
    double[][] columns = new double[dimension][transform.outputDimension()];
    float[] unit = new float[dimension];
    float[] image = new float[transform.outputDimension()];
    for (int d = 0; d < dimension; d++) {
      unit[d] = 1;
      transform.apply(unit, image);
      unit[d] = 0;
      for (int r = 0; r < image.length; r++) {
        columns[d][r] = image[r];
      }
    }
    return columns;
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void roundingErrorsStayWithinTheirBound(Transform transform, int dimension) {
    double[][] columns = matrix(transform, dimension);
    // The columns of a Hadamard transform are rounded too.
    double bound = (transform instanceof HadamardTransform ? 2 : 1) * transform.roundingError();
    Random random = new Random(4);
    float[] image = new float[transform.outputDimension()];
    float[] back = new float[dimension];
    for (int i = 0; i < 50; i++) {
      float[] vector = vector(dimension, random);
      transform.apply(vector, image);
      double error = 0;
      for (int r = 0; r < image.length; r++) {
        double exact = 0;
        for (int d = 0; d < dimension; d++) {
          exact += columns[d][r] * vector[d];
        }
        error += (exact - image[r]) * (exact - image[r]);
      }
      assertTrue(Math.sqrt(error) <= bound, transform + ": " + Math.sqrt(error));
      float[] code = vector(image.length, random);
      transform.applyTransposed(code, back);
      error = 0;
      for (int d = 0; d < dimension; d++) {
        double exact = 0;
        for (int r = 0; r < image.length; r++) {
          exact += columns[d][r] * code[r];
        }
        error += (exact - back[d]) * (exact - back[d]);
      }
      assertTrue(Math.sqrt(error) <= bound, transform + " transposed: " + Math.sqrt(error));
    }
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void batchesMapBackLikeSingleImages(Transform transform, int dimension) {
    Random random = new Random(5);
    float[] expected = new float[dimension];
    for (int count : List.of(0, 1, 7, 8, 9, 64, 65)) {
      float[][] images = new float[count][];
      float[][] vectors = new float[count][dimension];
      for (int i = 0; i < count; i++) {
        images[i] = vector(transform.outputDimension(), random);
      }
      transform.applyTransposedAll(images, vectors, count);
      for (int i = 0; i < count; i++) {
        transform.applyTransposed(images[i], expected);
        assertArrayEquals(expected, vectors[i], 1e-6f);
      }
      assertEquals(count, vectors.length);
    }
  }
}
