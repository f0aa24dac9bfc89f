/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import com.carrotsearch.randomizedtesting.annotations.Name;
import com.carrotsearch.randomizedtesting.annotations.ParametersFactory;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.codecs.KnnVectorsFormat;

/** Lucene's test suite for calibrations that are given as ranges. */
public class TestRangesVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestRangesVectorsFormat(
      @Name("precision") Precision precision, @Name("graph") boolean graph) {
    super(new PerDimensionFormat(format(precision, graph)));
  }

  @ParametersFactory
  public static List<Object[]> precisions() {
    return List.of(
        new Object[] {Precision.INT8, false},
        new Object[] {Precision.INT4, false},
        new Object[] {Precision.INT8, true});
  }

  /** Most of the suite's vectors lie within these ranges; the others are clipped. */
  private static Function<Integer, KnnVectorsFormat> format(Precision precision, boolean graph) {
    return dimension -> {
      float[] min = new float[dimension];
      float[] max = new float[dimension];
      Arrays.fill(min, -1f);
      Arrays.fill(max, 1.5f);
      QuantizationConfig config =
          new QuantizationConfig(precision, Allocation.UNIFORM)
              .withCalibration(
                  CalibrationConfig.frozen(
                      FixedCalibrations.ranges(min, max, (int) precision.bits())));
      return graph ? hnsw(config) : new QuantizedFlatVectorsFormat(config);
    };
  }
}
