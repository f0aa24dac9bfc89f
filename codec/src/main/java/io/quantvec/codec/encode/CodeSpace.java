/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.transform.BitAllocation;
import io.quantvec.codec.transform.UniformQuantizer;

/**
 * What the codes of one calibration mean, dimension by dimension. Immutable, and shared by all who
 * encode, decode and score with the calibration.
 */
public final class CodeSpace {

  private final CodeLayout layout;
  private final Calibration calibration;
  private final BitPlanes planes;
  private final float[] steps;
  private final float[] middles;
  private final byte[] bits;
  private final double[] lostVariances;
  private final double centroidLength;

  /**
   * @param layout any but halves
   * @param calibration of the same dimension
   * @throws IllegalArgumentException if the calibration's codes have another length
   */
  public CodeSpace(CodeLayout layout, Calibration calibration) {
    this.layout = layout;
    this.calibration = calibration;
    this.planes = layout.kind() == Kind.PLANES ? new BitPlanes(calibration) : null;
    if (planes != null && layout.codeLength() != planes.bytes()) {
      throw new IllegalArgumentException(
          "expected codes of "
              + planes.bytes()
              + " bytes for the calibration, got "
              + layout.codeLength());
    }
    double squares = 0;
    for (float c : calibration.centroid()) {
      squares += (double) c * c;
    }
    this.centroidLength = Math.sqrt(squares);
    this.steps = calibration.stepsPerDimension();
    this.middles = new float[steps.length];
    this.bits = new byte[steps.length];
    this.lostVariances = new double[steps.length];
    for (int d = 0; d < steps.length; d++) {
      bits[d] = calibration.bits()[d / calibration.blockSize()];
      if (planes == null && bits[d] != layout.bits()) {
        throw new IllegalArgumentException(
            "expected " + layout.bits() + " bits a dimension, got " + bits[d]);
      }
      if (bits[d] > 0 && !isLossless()) {
        double step = UniformQuantizer.step(bits[d]);
        lostVariances[d] = BitAllocation.distortion(bits[d]) / (step * step);
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

  /** The planes of a code; null for codes of other kinds. */
  public BitPlanes planes() {
    return planes;
  }

  /** The centroid's length |c|. */
  public double centroidLength() {
    return centroidLength;
  }

  /** Whether a code is the vector itself, in units of its step, and not of a residual. */
  public boolean isLossless() {
    return calibration.method() == CalibrationMethod.INPUT;
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

  /**
   * The variance of what a code of a dimension loses of a normal component, in squared steps; 0 for
   * vectors that arrived as codes.
   */
  public double lostVariance(int d) {
    return lostVariances[d];
  }

  /** How far a code can be from its middle in a dimension. */
  public double furthest(int d) {
    return layout.kind() == Kind.BYTES ? -(double) Byte.MIN_VALUE : middles[d];
  }

  /** The length of the longest reconstruction that there can be. */
  public double longest() {
    double squares = 0;
    for (int d = 0; d < steps.length; d++) {
      double component = steps[d] * furthest(d);
      squares += component * component;
    }
    return Math.sqrt(squares);
  }

  /** Bits of a dimension. */
  public int bits(int d) {
    return bits[d];
  }

  void pack(int[] codes, byte[] record) {
    if (planes == null) {
      Codes.pack(layout, codes, record);
    } else {
      planes.pack(codes, record);
    }
  }

  void unpack(byte[] record, int[] codes) {
    if (planes == null) {
      Codes.unpack(layout, record, codes);
    } else {
      planes.unpack(record, codes);
    }
  }
}
