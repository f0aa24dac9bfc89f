/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;

/** Turns records back into vectors. Not safe for use by many threads. */
public final class VectorDecoder {

  private final CodeSpace space;
  private final CodeLayout layout;
  private final int[] codes;
  private final float[] direction;

  /**
   * @param space what the codes mean
   */
  public VectorDecoder(CodeSpace space) {
    this.space = space;
    this.layout = space.layout();
    this.codes = new int[space.dimension()];
    this.direction = new float[space.dimension()];
  }

  /**
   * The reconstruction yhat in the transformed space; f yhat is an estimate of T(x - c).
   *
   * @param direction receives one float a component of the code
   */
  public void decodeDirection(byte[] record, float[] direction) {
    space.unpack(record, codes);
    for (int d = 0; d < codes.length; d++) {
      direction[d] = (codes[d] - space.middle(d)) * space.step(d);
    }
  }

  /**
   * The vector: c + T'(f yhat).
   *
   * @param vector receives one float a dimension
   */
  public void decode(byte[] record, float[] vector) {
    if (space.isLossless()) {
      decodeLossless(record, vector);
      return;
    }
    decodeDirection(record, direction);
    Calibration calibration = space.calibration();
    calibration.transform().applyTransposed(direction, vector);
    float[] centroid = calibration.centroid();
    double factor = factor(record);
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) (centroid[d] + factor * vector[d]);
    }
  }

  /** The number that arrived, not the centroid and a residual, which round apart. */
  private void decodeLossless(byte[] record, float[] vector) {
    space.unpack(record, codes);
    for (int d = 0; d < vector.length; d++) {
      double step = space.step(d);
      double zero = Math.rint((space.middle(d) - space.calibration().centroid()[d] / step) * 2) / 2;
      vector[d] = (float) (step * (codes[d] - zero));
    }
  }

  /** The record's f, see {@link VectorEncoder}. */
  public float factor(byte[] record) {
    return layout.terms().factor(record, layout.factorOffset());
  }

  /** The record's g, see {@link VectorEncoder}. */
  public float additive(byte[] record) {
    return layout.terms().additive(record, layout.factorOffset(), space.centroidLength());
  }
}
