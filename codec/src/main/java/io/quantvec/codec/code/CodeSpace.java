/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.code;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.code.CodeLayout.Kind;

/**
 * What the codes of one calibration mean, dimension by dimension. Immutable, and shared by all who
 * encode, decode and score with the calibration.
 */
public final class CodeSpace {

  private final CodeLayout layout;
  private final Calibration calibration;
  private final LaneLayout lanes;
  private final float[] steps;
  private final float[] middles;
  private final byte[] bits;

  /**
   * @param layout any but halves
   * @param calibration of the same dimension
   * @throws IllegalArgumentException if the calibration's codes have another length
   */
  public CodeSpace(CodeLayout layout, Calibration calibration) {
    this.layout = layout;
    this.calibration = calibration;
    this.lanes = layout.kind() == Kind.LANES ? new LaneLayout(calibration) : null;
    if (lanes != null && layout.codeLength() != Short.BYTES * lanes.lanes()) {
      throw new IllegalArgumentException(
          "expected codes of "
              + Short.BYTES * lanes.lanes()
              + " bytes for the calibration, got "
              + layout.codeLength());
    }
    this.steps = calibration.stepsPerDimension();
    this.middles = new float[steps.length];
    this.bits = new byte[steps.length];
    for (int d = 0; d < steps.length; d++) {
      bits[d] = calibration.bits()[d / calibration.blockSize()];
      if (lanes == null && bits[d] != layout.bits()) {
        throw new IllegalArgumentException(
            "expected " + layout.bits() + " bits a dimension, got " + bits[d]);
      }
      // Bytes are signed, so that zero stands for zero; all others count from the lowest value.
      middles[d] = layout.kind() == Kind.BYTES ? 0 : ((1 << bits[d]) - 1) / 2f;
    }
  }

  /** Where the bits of a code lie. */
  public CodeLayout layout() {
    return layout;
  }

  /** What the codes were learned from. */
  public Calibration calibration() {
    return calibration;
  }

  /** The lanes of a code; null for codes of other kinds. */
  public LaneLayout lanes() {
    return lanes;
  }

  /** Components of a code. */
  public int dimension() {
    return steps.length;
  }

  /** Distance between two codes of a dimension. */
  public float step(int d) {
    return steps[d];
  }

  /** The value, in codes, that stands for zero in a dimension. */
  public float middle(int d) {
    return middles[d];
  }

  /** Bits of a dimension. */
  public int bits(int d) {
    return bits[d];
  }

  void pack(int[] codes, byte[] record) {
    if (lanes == null) {
      Codes.pack(layout, codes, record);
    } else {
      Codes.packLanes(lanes, codes, dimension(), record);
    }
  }

  void unpack(byte[] record, int[] codes) {
    if (lanes == null) {
      Codes.unpack(layout, record, codes);
    } else {
      Codes.unpackLanes(lanes, record, codes, dimension());
    }
  }
}
