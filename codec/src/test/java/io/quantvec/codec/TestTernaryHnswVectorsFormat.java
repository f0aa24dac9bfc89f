/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Ternary codes, with a graph. */
public class TestTernaryHnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestTernaryHnswVectorsFormat() {
    super(hnsw(Precision.TERNARY));
  }
}
