/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * A linear map of centered vectors into the space whose dimensions are quantized. Its rows are
 * orthonormal. It may drop directions of little variance.
 *
 * <p>Implementations are immutable and thread-safe.
 */
public sealed interface Transform permits IdentityTransform, HadamardTransform, DenseTransform {

  /** The number that identifies this kind of transform in index files. */
  int wireNumber();

  /** The seed of the random numbers in this transform; 0 if it uses none. */
  long seed();

  /** Components per image. */
  int outputDimension();

  /**
   * Maps a vector to its image.
   *
   * @param vector the vector; not changed
   * @param image receives {@link #outputDimension()} components; must not be the vector's array
   */
  void apply(float[] vector, float[] image);

  /**
   * Maps many vectors, with the same results as {@link #apply}.
   *
   * @param vectors the vectors; not changed
   * @param images receive the images; must not be the vectors' arrays
   * @param count number of vectors
   */
  default void applyAll(float[][] vectors, float[][] images, int count) {
    for (int i = 0; i < count; i++) {
      apply(vectors[i], images[i]);
    }
  }

  /**
   * Maps an image back to its vector, up to rounding and without the dropped directions.
   *
   * @param image the image; not changed
   * @param vector receives the vector; must not be the image's array
   */
  void applyTransposed(float[] image, float[] vector);

  /**
   * Maps many images back. Results equal those of {@link #applyTransposed} up to rounding. How an
   * image is rounded depends on the image and on whether the batch is small, but not on the other
   * images.
   *
   * @param images the images; not changed
   * @param vectors receive the vectors; must not be the images' arrays
   * @param count number of images
   */
  default void applyTransposedAll(float[][] images, float[][] vectors, int count) {
    for (int i = 0; i < count; i++) {
      applyTransposed(images[i], vectors[i]);
    }
  }

  /**
   * An upper bound of the rounding error of {@link #apply} and {@link #applyTransposed}, relative
   * to the length of the input. The bound holds for every input of about unit length.
   */
  double roundingError();

  /**
   * Creates a transform that depends only on its dimension and a seed.
   *
   * @param wireNumber the kind, as stored in index files
   * @param dimension components per vector
   * @param seed see {@link #seed()}
   * @throws IllegalArgumentException if no such kind has this wire number
   */
  static Transform of(int wireNumber, int dimension, long seed) {
    return switch (wireNumber) {
      case IdentityTransform.WIRE_NUMBER -> new IdentityTransform(dimension);
      case HadamardTransform.WIRE_NUMBER -> new HadamardTransform(dimension, seed);
      default ->
          throw new IllegalArgumentException("unknown transform wire number [" + wireNumber + "]");
    };
  }
}
