/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeLayouts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the recall of codes that a sample estimates with the recall among all vectors. */
class SampleRecallTest {

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  private static final int DIMENSION = 24;

  private static final int ALL = 10_200;

  private static final List<float[]> VECTORS =
      Arrays.asList(VectorFixtures.clustered(ALL, DIMENSION, 1));

  private static double found(int sampled, long vectors, double bits, int candidates, double goal)
      throws IOException {
    List<float[]> some = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      some.add(VECTORS.get(10 * i).clone());
    }
    Calibration calibration = new Calibrator().uniform(bits, some);
    QuantizationConfig config = QuantizationConfig.ofBits(bits, Allocation.UNIFORM);
    CodeLayout layout = CodeLayouts.of(config, calibration, DIMENSION, SIMILARITY);
    List<float[]> sample = new ArrayList<>();
    for (int i = 0; i < sampled; i++) {
      sample.add(VECTORS.get((int) ((long) i * ALL / sampled)));
    }
    return new SampleRecall(SIMILARITY, sample, vectors)
        .of(new CalibratedSpace(layout, calibration), candidates, goal)
        .share();
  }

  /**
   * In a sample of 1,200 vectors fewer than two of ten neighbors are searched for, in one of 4,000
   * three.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 100, 1200",
    "1, 100, 4000",
    "1, 400, 1200",
    "2, 100, 1200",
    "2, 50, 4000",
    "4, 10, 1200",
    "4, 10, 4000",
    "6, 10, 4000"
  })
  void smallSampleEstimatesTheRecallOfAllVectors(double bits, int candidates, int sampled)
      throws IOException {
    double all = found(ALL, ALL, bits, candidates, Double.NaN);
    double small = found(sampled, ALL, bits, candidates, Double.NaN);
    assertEquals(all, small, .05, bits + " bits");
  }

  @Test
  void moreVectorsHaveALowerRecall() throws IOException {
    double before = 1;
    for (long vectors : new long[] {ALL, 10 * ALL, 1_000L * ALL, 100_000L * ALL}) {
      double found = found(ALL, vectors, 2, 50, Double.NaN);
      assertTrue(found >= 0 && found <= before, vectors + ": " + found + " after " + before);
      before = found;
    }
    assertTrue(before < found(ALL, ALL, 2, 50, Double.NaN) - .05);
  }

  @Test
  void distantTargetNeedsFewerQueries() throws IOException {
    double all = found(ALL, 5 * ALL, 2, 50, Double.NaN);
    assertEquals(all, found(ALL, 5 * ALL, 2, 50, .2), .03);
    assertEquals(all, found(ALL, 5 * ALL, 2, 50, all));
  }

  @Test
  void codesWithoutErrorFindAlmostAllNeighbors() throws IOException {
    assertTrue(found(SampleRecall.MIN_VECTORS, SampleRecall.MIN_VECTORS, 7, 100, .9) > .999);
  }
}
