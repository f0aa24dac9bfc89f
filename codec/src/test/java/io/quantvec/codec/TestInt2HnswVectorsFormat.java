/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

/** Lucene's suite for Int2 codes, with a graph. */
public class TestInt2HnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestInt2HnswVectorsFormat() {
    super(hnsw(Precision.INT2));
  }
}
