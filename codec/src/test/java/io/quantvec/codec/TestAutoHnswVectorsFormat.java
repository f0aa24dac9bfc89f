/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's test suite for codes of an automatically chosen budget, with a graph. */
public class TestAutoHnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestAutoHnswVectorsFormat() {
    super(hnsw(Precision.AUTO));
  }
}
