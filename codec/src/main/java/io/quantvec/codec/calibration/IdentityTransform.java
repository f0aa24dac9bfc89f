/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/** Leaves vectors as they are. */
public final class IdentityTransform implements Transform {

  static final int WIRE_NUMBER = 0;

  /** The only instance; it has no state. */
  public static final IdentityTransform INSTANCE = new IdentityTransform();

  private IdentityTransform() {}

  @Override
  public int wireNumber() {
    return WIRE_NUMBER;
  }

  @Override
  public long seed() {
    return 0;
  }

  @Override
  public void apply(float[] vector) {}

  @Override
  public void invert(float[] vector) {}
}
