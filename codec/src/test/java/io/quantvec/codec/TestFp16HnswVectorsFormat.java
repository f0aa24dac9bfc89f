/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Fp16 codes, with a graph. */
public class TestFp16HnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestFp16HnswVectorsFormat() {
    super(hnsw(Precision.FP16));
  }
}
