/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * Steps of the uniform quantizer with the smallest squared error on a unit normal variable (J. Max,
 * "Quantizing for minimum distortion", 1960).
 */
public final class UniformQuantizer {

  /** Steps in standard deviations, indexed by bits. */
  private static final float[] STEP = {
    0f, 1.596f, .9957f, .5860f, .3352f, .1881f, .1041f, .05687f, .03076f
  };

  private UniformQuantizer() {}

  /**
   * The distance between adjacent code values, in standard deviations.
   *
   * @param bits bits per code, 1 to 8
   */
  public static float step(int bits) {
    return STEP[bits];
  }
}
