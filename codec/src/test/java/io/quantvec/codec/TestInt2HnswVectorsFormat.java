/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Int2 codes, with a graph. */
public class TestInt2HnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestInt2HnswVectorsFormat() {
    super(hnsw(Precision.INT2));
  }
}
