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
import io.quantvec.codec.transform.VectorMath;
import java.util.Optional;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The meaning of the codes of one calibration, component by component: the code of a component
 * counts steps from a middle. The codes are of residuals, that is, of what is left of a vector
 * after the centroid is subtracted and the transform applied; or they are input codes, see {@link
 * #isLossless}.
 */
public final class CalibratedSpace implements CodeSpace {

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
   * @throws IllegalArgumentException if the calibration's codes have another length or other bits
   */
  public CalibratedSpace(CodeLayout layout, Calibration calibration) {
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
    this.centroidLength = VectorMath.length(calibration.centroid());
    this.steps = calibration.stepsPerDimension();
    this.middles = new float[steps.length];
    this.bits = new byte[steps.length];
    this.lostVariances = new double[steps.length];
    for (int d = 0; d < steps.length; d++) {
      bits[d] = calibration.bits()[d / calibration.blockSize()];
      if (planes == null && bits[d] != layout.bits()) {
        throw new IllegalArgumentException(
            "expected " + layout.bits() + " bits per dimension, got " + bits[d]);
      }
      if (bits[d] > 0 && !isLossless()) {
        double step = UniformQuantizer.step(bits[d]);
        lostVariances[d] = BitAllocation.distortion(bits[d]) / (step * step);
      }
      // Signed bytes count from zero; all other codes from their lowest value.
      middles[d] = layout.kind() == Kind.BYTES ? 0 : ((1 << bits[d]) - 1) / 2f;
    }
  }

  @Override
  public CodeLayout layout() {
    return layout;
  }

  /** The calibration of the codes. */
  public Calibration calibration() {
    return calibration;
  }

  /** The planes of a code; null for codes of other kinds. */
  public BitPlanes planes() {
    return planes;
  }

  @Override
  public float[] centroid() {
    return calibration.centroid();
  }

  @Override
  public double centroidLength() {
    return centroidLength;
  }

  /** Whether a code is the vector itself, in units of its step, and not of a residual. */
  @Override
  public boolean isLossless() {
    return calibration.method() == CalibrationMethod.INPUT;
  }

  @Override
  public Optional<CalibratedSpace> calibrated() {
    return Optional.of(this);
  }

  @Override
  public VectorEncoder newEncoder(VectorSimilarityFunction similarity) {
    return isLossless()
        ? new InputCodeEncoder(this, similarity)
        : new ResidualEncoder(this, similarity);
  }

  @Override
  public CodeDecoder newDecoder() {
    return new CodeDecoder(this);
  }

  /** Components of a code. */
  public int dimension() {
    return steps.length;
  }

  /** The distance between two neighboring codes of a component. */
  public float step(int d) {
    return steps[d];
  }

  /** The value, in codes, that means zero in a component. */
  public float middle(int d) {
    return middles[d];
  }

  /**
   * The variance of the quantization error of a normal component, in squared steps; 0 for input
   * codes.
   */
  public double lostVariance(int d) {
    return lostVariances[d];
  }

  /** The most that a code can differ from the middle of its component, in codes. */
  public double furthest(int d) {
    return layout.kind() == Kind.BYTES ? -(double) Byte.MIN_VALUE : middles[d];
  }

  /** The length of the longest possible reconstruction. */
  public double longest() {
    double squares = 0;
    for (int d = 0; d < steps.length; d++) {
      double component = steps[d] * furthest(d);
      squares += component * component;
    }
    return Math.sqrt(squares);
  }

  /** Bits of a component. */
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
