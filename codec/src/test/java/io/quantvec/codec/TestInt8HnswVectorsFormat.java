/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Int8 codes, with a graph. */
public class TestInt8HnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestInt8HnswVectorsFormat() {
    super(hnsw(Precision.INT8));
  }
}
