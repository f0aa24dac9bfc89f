/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;

/**
 * Lucene's test suite with a threshold that only some of its segments reach, so that merges and
 * searches use segments with and without a graph.
 */
public class TestSmallGraphsVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  private static final int THRESHOLD = 50;

  public TestSmallGraphsVectorsFormat() {
    super(
        new QuantizedHnswVectorsFormat(
            new QuantizationConfig(Precision.INT8), 8, 32, 1, null, THRESHOLD));
  }
}
