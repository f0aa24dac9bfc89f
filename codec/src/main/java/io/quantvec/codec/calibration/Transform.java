/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/**
 * An orthogonal map of centred vectors into the space whose dimensions are quantized.
 *
 * <p>Implementations are immutable and safe for use by many threads.
 */
public sealed interface Transform permits IdentityTransform, HadamardTransform {

  /** The number that stands for this kind in index files. */
  int wireNumber();

  /** The seed that the map was made of; 0 where it has none. */
  long seed();

  /**
   * Maps a vector.
   *
   * @param vector the vector, replaced by its image
   */
  void apply(float[] vector);

  /**
   * Undoes {@link #apply}.
   *
   * @param vector an image, replaced by the vector it came from up to rounding
   */
  void invert(float[] vector);

  /**
   * The transform of a wire number.
   *
   * @throws IllegalArgumentException if no kind has that number
   */
  static Transform of(int wireNumber, int dimension, long seed) {
    return switch (wireNumber) {
      case IdentityTransform.WIRE_NUMBER -> IdentityTransform.INSTANCE;
      case HadamardTransform.WIRE_NUMBER -> new HadamardTransform(dimension, seed);
      default ->
          throw new IllegalArgumentException("unknown wire number of a transform: " + wireNumber);
    };
  }
}
