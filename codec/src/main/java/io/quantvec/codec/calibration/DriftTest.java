/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import io.quantvec.codec.transform.DenseTransform;
import java.util.List;

/** Tells whether a calibration still fits vectors that it was not learned from. */
public final class DriftTest {

  /**
   * The ratio of the live to the expected squared error from which on a calibration no longer fits.
   * Squared, because codes of few bits lose much of any vector: one bit codes learned from as many
   * other vectors as of their own kind found 10 points less than codes of their own, and lost 1.1
   * times as much, which is 1.21 times squared. Vectors of the kind learned from stay below 1.1.
   */
  static final double MAX_LEARNED_RATIO = 1.2;

  /**
   * The same for codes without a learned transform: their scales alone cost little where they do
   * not fit, and the errors of clipping vary.
   */
  static final double MAX_RATIO = 2.25;

  /**
   * Vectors a dimension from which on a transform is the field's and not its sample's, so that a
   * small error counts. Of fewer, an index that grows learns again anyway.
   */
  private static final int MATURE = 10;

  /** Vectors that are looked at: the mean of so many errors is stable to some per cent. */
  public static final int VECTORS = 500;

  private DriftTest() {}

  /**
   * The root mean square error of a calibration's codes on vectors, {@value #VECTORS} of which are
   * looked at.
   *
   * @param vectors vectors, normalised where the similarity is cosine; left as they are
   * @return NaN if there are no vectors
   */
  public static float liveError(Calibration calibration, List<float[]> vectors) {
    SampleError error = new SampleError(calibration);
    float[] residual = new float[calibration.dimension()];
    float[] direction = new float[calibration.codeDimension()];
    int looked = Math.min(VECTORS, vectors.size());
    for (int i = 0; i < looked; i++) {
      // Evenly spaced: the first ones are a merge's oldest, which a calibration knows best.
      float[] vector = vectors.get((int) ((long) i * vectors.size() / looked));
      double norm = Calibrator.residualDirection(vector, calibration.centroid(), residual);
      calibration.transform().apply(residual, direction);
      error.add(direction, norm);
    }
    return error.rootMeanSquare();
  }

  /**
   * A live error over the one that the calibration expects, squared.
   *
   * @param liveError NaN if none was measured
   * @return about 1 for vectors like those it was learned from; infinite if it expects no error but
   *     makes one; 1 if none was measured; NaN if it does not know what to expect
   */
  public static double ratio(Calibration calibration, double liveError) {
    if (Double.isNaN(liveError) || liveError == 0) {
      return 1;
    }
    double ratio = liveError / calibration.expectedError();
    return ratio * ratio;
  }

  /**
   * Whether vectors are not what a calibration was learned from.
   *
   * @param liveError what its codes lose of them; NaN if none was measured
   * @param vectors how many they are: an error of few vectors may be large by chance, and so may an
   *     expectation be small that was measured on few
   */
  public static boolean isDrift(Calibration calibration, double liveError, int vectors) {
    return ratio(calibration, liveError) > threshold(calibration, vectors);
  }

  /**
   * The ratio from which on vectors are not what a calibration was learned from.
   *
   * @param vectors how many they are
   */
  public static double threshold(Calibration calibration, int vectors) {
    double expectedOn = Math.max(1, calibration.sampleSize() / Calibrator.HELD_OUT_EVERY);
    double chance = 1 / Math.sqrt(Math.clamp(vectors, 1, VECTORS)) + 1 / Math.sqrt(expectedOn);
    boolean learned =
        calibration.transform() instanceof DenseTransform
            && calibration.method() == CalibrationMethod.RMS
            && calibration.sampleSize() >= MATURE * calibration.dimension();
    double max = learned ? MAX_LEARNED_RATIO : MAX_RATIO;
    return max + chance;
  }

  /**
   * Whether vectors are so far from what a calibration was learned from that codes of their own are
   * better even if those are encoded once more with this one: then they lose as much as this one
   * loses of them, and what their own codes lose on top.
   *
   * @param liveError what its codes lose of them; NaN if none was measured
   */
  public static boolean isFarDrift(Calibration calibration, double liveError) {
    return ratio(calibration, liveError) > MAX_RATIO;
  }
}
