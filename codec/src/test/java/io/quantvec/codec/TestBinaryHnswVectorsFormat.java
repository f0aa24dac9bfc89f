/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Binary codes, with a graph. */
public class TestBinaryHnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestBinaryHnswVectorsFormat() {
    super(hnsw(Precision.BINARY));
  }
}
