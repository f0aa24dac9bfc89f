/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Int4 codes, with a graph. */
public class TestInt4HnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestInt4HnswVectorsFormat() {
    super(hnsw(Precision.INT4));
  }
}
