/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * The transform that returns vectors unchanged.
 *
 * @param outputDimension components per vector
 */
public record IdentityTransform(int outputDimension) implements Transform {

  static final int WIRE_NUMBER = 0;

  @Override
  public int wireNumber() {
    return WIRE_NUMBER;
  }

  @Override
  public long seed() {
    return 0;
  }

  @Override
  public void apply(float[] vector, float[] image) {
    System.arraycopy(vector, 0, image, 0, outputDimension);
  }

  @Override
  public void applyTransposed(float[] image, float[] vector) {
    System.arraycopy(image, 0, vector, 0, outputDimension);
  }

  @Override
  public double roundingError() {
    return 0;
  }
}
