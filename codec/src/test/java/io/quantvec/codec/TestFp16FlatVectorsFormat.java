/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Fp16 codes, without a graph. */
public class TestFp16FlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestFp16FlatVectorsFormat() {
    super(flat(Precision.FP16));
  }
}
