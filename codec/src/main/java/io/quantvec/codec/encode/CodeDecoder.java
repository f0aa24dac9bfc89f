/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;

/**
 * Turns codes back into vectors, or into directions in the space of codes. Not safe for use by many
 * threads. The terms of a record are those of {@link ResidualEncoder}.
 */
public final class CodeDecoder implements VectorDecoder {

  private final CalibratedSpace space;
  private final CodeLayout layout;
  private final int[] codes;
  private final float[] direction;

  /**
   * @param space what the codes mean
   */
  public CodeDecoder(CalibratedSpace space) {
    this.space = space;
    this.layout = space.layout();
    this.codes = new int[space.dimension()];
    this.direction = new float[space.dimension()];
  }

  /**
   * The reconstruction in the space of codes; times {@link #rescale}, it estimates the transformed
   * residual.
   *
   * @param direction receives one float per component of the code
   */
  public void decodeDirection(byte[] record, float[] direction) {
    space.unpack(record, codes);
    for (int d = 0; d < codes.length; d++) {
      direction[d] = (codes[d] - space.middle(d)) * space.step(d);
    }
  }

  /** The centroid plus the rescaled reconstruction, transformed back; input codes exactly. */
  @Override
  public void decode(byte[] record, float[] vector) {
    if (space.isLossless()) {
      decodeLossless(record, vector);
      return;
    }
    decodeDirection(record, direction);
    Calibration calibration = space.calibration();
    calibration.transform().applyTransposed(direction, vector);
    float[] centroid = calibration.centroid();
    double rescale = rescale(record);
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) (centroid[d] + rescale * vector[d]);
    }
  }

  /** The number that arrived: the sum of centroid and residual would be rounded twice. */
  private void decodeLossless(byte[] record, float[] vector) {
    space.unpack(record, codes);
    for (int d = 0; d < vector.length; d++) {
      double step = space.step(d);
      double zero = Math.rint((space.middle(d) - space.calibration().centroid()[d] / step) * 2) / 2;
      vector[d] = (float) (step * (codes[d] - zero));
    }
  }

  /** The record's rescale term. */
  public float rescale(byte[] record) {
    return layout.terms().rescale(record, layout.rescaleOffset());
  }

  /** The record's additive term. */
  public float additive(byte[] record) {
    return layout.terms().additive(record, layout.rescaleOffset(), space.centroidLength());
  }
}
