/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.code;

import io.quantvec.codec.calibration.Calibration;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Turns records back into vectors. Not safe for use by many threads. */
public final class VectorDecoder {

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final CodeLayout layout;
  private final Calibration calibration;
  private final float[] steps;
  private final int[] codes;

  /**
   * @param layout any but halves
   * @param calibration of the same dimension
   */
  public VectorDecoder(CodeLayout layout, Calibration calibration) {
    this.layout = layout;
    this.calibration = calibration;
    this.steps = calibration.stepsPerDimension();
    this.codes = new int[steps.length];
  }

  /**
   * The reconstruction yhat in the transformed space; f yhat is an estimate of T(x - c).
   *
   * @param direction receives one float a dimension
   */
  public void decodeDirection(byte[] record, float[] direction) {
    Codes.unpack(layout, record, codes);
    for (int d = 0; d < direction.length; d++) {
      direction[d] = (codes[d] - layout.middle()) * steps[d];
    }
  }

  /**
   * The vector: c + T'(f yhat).
   *
   * @param vector receives one float a dimension
   */
  public void decode(byte[] record, float[] vector) {
    decodeDirection(record, vector);
    calibration.transform().invert(vector);
    float[] centroid = calibration.centroid();
    double factor = factor(record);
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) (centroid[d] + factor * vector[d]);
    }
  }

  /** The record's f, see {@link VectorEncoder}. */
  public float factor(byte[] record) {
    return (float) FLOAT.get(record, layout.factorOffset());
  }

  /** The record's g, see {@link VectorEncoder}. */
  public float additive(byte[] record) {
    return (float) FLOAT.get(record, layout.additiveOffset());
  }
}
