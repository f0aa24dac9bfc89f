/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.List;

/** Tells whether a calibration still fits vectors that it was not learned from. */
public final class DriftTest {

  /**
   * The ratio of the live to the expected error from which on a calibration no longer fits: one
   * learned from 8 of 16 clusters measured 1.1 on all of them, one learned from 2 of 16 1.4 to 1.9.
   */
  public static final double MAX_RATIO = 1.5;

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
   * A live error over the one that the calibration expects.
   *
   * @param liveError NaN if none was measured
   * @return about 1 for vectors like those it was learned from; infinite if it expects no error but
   *     makes one; 1 if none was measured; NaN if it does not know what to expect
   */
  public static double ratio(Calibration calibration, double liveError) {
    if (Double.isNaN(liveError) || liveError == 0) {
      return 1;
    }
    return liveError / calibration.expectedError();
  }
}
