/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.code;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Turns vectors into records of code and correction terms. Not safe for use by many threads.
 *
 * <p>With y = T(x - c) / |x - c| and yhat its reconstruction from the code, a record holds
 *
 * <ul>
 *   <li>f = |x - c| / &lt;y, yhat&gt;: it makes f &lt;yhat, T(q - c)&gt; an unbiased estimate of
 *       &lt;x - c, q - c&gt; (RaBitQ, arXiv 2405.12497, section 3.2). Without a learned transform
 *       it ranks better than a factor that keeps the norm. 0 for a vector that is the centroid.
 *   <li>g = &lt;x, c&gt; for inner products and cosine, |x - c|^2 for Euclidean distance.
 * </ul>
 *
 * Both are clamped to finite floats, so that no score of finite vectors is NaN.
 */
public final class VectorEncoder {

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * Step widths tried for codes of 2 to 7 bits, as multiples of the calibrated one; the best by the
   * angle between vector and reconstruction wins.
   */
  private static final float[] STRETCHES = {.7f, .84f, .98f, 1.12f, 1.26f, 1.4f};

  private static final float[] NO_STRETCH = {1f};

  private final CodeLayout layout;
  private final Calibration calibration;
  private final boolean euclidean;
  private final float[] steps;
  private final float[] inverseSteps;
  private final float[] direction;
  private final float[] stretches;
  private int[] codes;
  private int[] bestCodes;

  /**
   * @param layout any but halves
   * @param calibration of the same dimension
   * @param euclidean whether g serves squared distances instead of inner products
   */
  public VectorEncoder(CodeLayout layout, Calibration calibration, boolean euclidean) {
    this.layout = layout;
    this.calibration = calibration;
    this.euclidean = euclidean;
    this.steps = calibration.stepsPerDimension();
    this.inverseSteps = new float[steps.length];
    for (int d = 0; d < steps.length; d++) {
      inverseSteps[d] = steps[d] > 0 ? 1 / steps[d] : 0;
    }
    this.direction = new float[steps.length];
    this.codes = new int[steps.length];
    this.bestCodes = new int[steps.length];
    // One bit has one threshold, and 8 bits are fine enough for any step near the right one.
    this.stretches = layout.bits() == 1 || layout.bits() == 8 ? NO_STRETCH : STRETCHES;
  }

  /**
   * Encodes one vector.
   *
   * @param vector finite; of unit length or zero for cosine
   * @param record receives {@link CodeLayout#recordLength()} bytes
   */
  public void encode(float[] vector, byte[] record) {
    double norm =
        Calibrator.residualDirection(
            vector, calibration.centroid(), calibration.transform(), direction);
    double alignment = norm == 0 ? encodeNothing() : encodeDirection();
    Codes.pack(layout, bestCodes, record);
    double factor = norm > 0 && alignment > 0 ? norm / alignment : 0;
    FLOAT.set(record, layout.factorOffset(), finite(factor));
    FLOAT.set(record, layout.additiveOffset(), finite(additive(vector, norm)));
  }

  private double additive(float[] vector, double norm) {
    if (euclidean) {
      return norm * norm;
    }
    double dot = 0;
    float[] centroid = calibration.centroid();
    for (int d = 0; d < vector.length; d++) {
      dot += (double) vector[d] * centroid[d];
    }
    return dot;
  }

  private double encodeNothing() {
    Arrays.fill(bestCodes, 0);
    return 0;
  }

  /** Fills the best codes and returns the inner product of direction and reconstruction. */
  private double encodeDirection() {
    double best = Double.NEGATIVE_INFINITY;
    double bestAlignment = 0;
    for (float stretch : stretches) {
      double alignment = 0;
      double squares = 0;
      float middle = layout.middle();
      for (int d = 0; d < direction.length; d++) {
        int code = code(direction[d] * inverseSteps[d] / stretch);
        codes[d] = code;
        double value = (double) (code - middle) * steps[d];
        alignment += direction[d] * value;
        squares += value * value;
      }
      double cosine = squares > 0 ? alignment / Math.sqrt(squares) : 0;
      if (cosine > best) {
        best = cosine;
        bestAlignment = alignment;
        int[] swap = bestCodes;
        bestCodes = codes;
        codes = swap;
      }
    }
    return bestAlignment;
  }

  private int code(float scaled) {
    return switch (layout.kind()) {
      case BYTES -> (int) Math.clamp(Math.rint(scaled), -Calibrator.MAX_INT8, Calibrator.MAX_INT8);
      case NIBBLES -> (int) Math.clamp(Math.floor(scaled), -8.0, 7.0) + 8;
      case BITS -> scaled >= 0 ? 1 : 0;
      case HALVES -> throw new IllegalStateException("halves have no codes");
    };
  }

  private static float finite(double value) {
    return (float) Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
  }
}
