/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * A map of centred vectors into the space whose dimensions are quantized. Its rows are orthonormal;
 * it may drop the directions in which vectors hardly differ.
 *
 * <p>Implementations are immutable and safe for use by many threads.
 */
public sealed interface Transform permits IdentityTransform, HadamardTransform, DenseTransform {

  /** The number that stands for this kind in index files. */
  int wireNumber();

  /** The seed that the map was made of; 0 where it has none. */
  long seed();

  /** Components of an image. */
  int outputDimension();

  /**
   * Maps a vector.
   *
   * @param vector a vector, left as it is
   * @param image receives {@link #outputDimension()} components; another array than the vector
   */
  void apply(float[] vector, float[] image);

  /**
   * Maps many vectors, as each alone would be mapped.
   *
   * @param vectors left as they are
   * @param images receive the images; other arrays than the vectors
   * @param count how many to map
   */
  default void applyAll(float[][] vectors, float[][] images, int count) {
    for (int i = 0; i < count; i++) {
      apply(vectors[i], images[i]);
    }
  }

  /**
   * Maps an image back: to the vector it came from, up to rounding and to what was dropped.
   *
   * @param image an image, left as it is
   * @param vector receives the vector; another array than the image
   */
  void applyTransposed(float[] image, float[] vector);

  /**
   * Maps many images back, as {@link #applyTransposed} does up to rounding; how each is rounded
   * depends on nothing but itself and whether they are few.
   *
   * @param images left as they are
   * @param vectors receive the vectors; other arrays than the images
   * @param count how many to map
   */
  default void applyTransposedAll(float[][] images, float[][] vectors, int count) {
    for (int i = 0; i < count; i++) {
      applyTransposed(images[i], vectors[i]);
    }
  }

  /**
   * The most that rounding can move an image or a vector that was mapped back, as a share of the
   * length of what was mapped. It holds for every input that is near unit length.
   */
  double roundingError();

  /**
   * The transform of a wire number that is made of nothing but a seed.
   *
   * @throws IllegalArgumentException if no such kind has that number
   */
  static Transform of(int wireNumber, int dimension, long seed) {
    return switch (wireNumber) {
      case IdentityTransform.WIRE_NUMBER -> new IdentityTransform(dimension);
      case HadamardTransform.WIRE_NUMBER -> new HadamardTransform(dimension, seed);
      default ->
          throw new IllegalArgumentException("unknown wire number of a transform: " + wireNumber);
    };
  }
}
