/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import io.quantvec.codec.transform.DenseTransform;
import java.util.List;

/** Decides whether a calibration still fits vectors that it was not learned from. */
public final class DriftCheck {

  /**
   * Ratio of the live to the expected squared error above which a learned transform no longer fits.
   * The errors are squared because codes of few bits lose much of any vector, so that their errors
   * differ little. Example: 1-bit codes were learned from a sample of which one half were vectors
   * of another kind. Compared to codes that were learned from the right vectors, their recall was
   * 10 points lower and their error 1.1 times as large, which is 1.21 times when squared. For
   * vectors like those in the sample, the ratio stays below 1.1.
   */
  static final double MAX_LEARNED_RATIO = 1.2;

  /**
   * The same ratio for codes without a learned transform. It is larger because scales that do not
   * fit cost little, and clipping errors vary.
   */
  static final double MAX_RATIO = 2.25;

  /**
   * Number of vectors per dimension from which a transform fits the field and not just its sample,
   * so that a small increase of the error counts. With fewer vectors, a growing index recalibrates
   * anyway.
   */
  private static final int MATURE_VECTORS_PER_DIMENSION = 10;

  /**
   * Number of vectors whose error is measured: the mean of this many errors is stable to a few
   * percent.
   */
  public static final int VECTORS = 500;

  private DriftCheck() {}

  /**
   * The root mean square error of a calibration's codes on {@value #VECTORS} of the given vectors.
   *
   * @param vectors the vectors, normalized if the similarity is cosine; not changed
   * @return NaN if there are no vectors
   */
  public static float liveError(Calibration calibration, List<float[]> vectors) {
    SampleError error = new SampleError(calibration);
    float[] residual = new float[calibration.dimension()];
    float[] direction = new float[calibration.codeDimension()];
    int measured = Math.min(VECTORS, vectors.size());
    for (int i = 0; i < measured; i++) {
      // Evenly spaced, because the first vectors of a merge are the oldest, which the calibration
      // fits best.
      float[] vector = vectors.get((int) ((long) i * vectors.size() / measured));
      double norm = Calibrator.residualDirection(vector, calibration.centroid(), residual);
      calibration.transform().apply(residual, direction);
      error.add(direction, norm);
    }
    return error.rootMeanSquare();
  }

  /**
   * The squared ratio of the live error to the error that the calibration expects.
   *
   * @param liveError root mean square error; NaN if none was measured
   * @return about 1 for vectors like those in the calibration's sample; infinite if the calibration
   *     expects no error but the live error is not 0; 1 if no error was measured or it is 0; NaN if
   *     the calibration has no expected error
   */
  public static double ratio(Calibration calibration, double liveError) {
    if (Double.isNaN(liveError) || liveError == 0) {
      return 1;
    }
    double ratio = liveError / calibration.expectedError();
    return ratio * ratio;
  }

  /**
   * Whether vectors differ from the vectors that a calibration was learned from.
   *
   * @param liveError error of the calibration's codes on the vectors; NaN if none was measured
   * @param vectors number of vectors. The error of few vectors can be large by chance, and an
   *     expected error that was measured on few vectors can be small by chance.
   */
  public static boolean isDrift(Calibration calibration, double liveError, int vectors) {
    return ratio(calibration, liveError) > threshold(calibration, vectors);
  }

  /**
   * The {@link #ratio} above which vectors differ from the vectors that a calibration was learned
   * from.
   *
   * @param vectors number of vectors
   */
  public static double threshold(Calibration calibration, int vectors) {
    double expectedOn = Math.max(1, calibration.sampleSize() / Calibrator.HELD_OUT_EVERY);
    double chance = 1 / Math.sqrt(Math.clamp(vectors, 1, VECTORS)) + 1 / Math.sqrt(expectedOn);
    boolean learned =
        calibration.transform() instanceof DenseTransform
            && calibration.method() == CalibrationMethod.RMS
            && calibration.sampleSize() >= MATURE_VECTORS_PER_DIMENSION * calibration.dimension();
    double max = learned ? MAX_LEARNED_RATIO : MAX_RATIO;
    return max + chance;
  }

  /**
   * Whether vectors differ so much from the vectors that a calibration was learned from that it is
   * better to encode them with a calibration of their own. A later merge may re-encode them from
   * these codes with this calibration; they then lose what this calibration loses, and what their
   * own codes have lost in addition.
   *
   * @param liveError error of the calibration's codes on the vectors; NaN if none was measured
   */
  public static boolean isFarDrift(Calibration calibration, double liveError) {
    return ratio(calibration, liveError) > MAX_RATIO;
  }
}
