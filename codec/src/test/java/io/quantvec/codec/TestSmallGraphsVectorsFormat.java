/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;

/**
 * Lucene's suite with a threshold that some of its segments reach and others do not, so that merges
 * and searches meet both.
 */
public class TestSmallGraphsVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  private static final int THRESHOLD = 50;

  public TestSmallGraphsVectorsFormat() {
    super(
        new QuantizedHnswVectorsFormat(
            new QuantizationConfig(Precision.INT8), 8, 32, 1, null, THRESHOLD));
  }
}
