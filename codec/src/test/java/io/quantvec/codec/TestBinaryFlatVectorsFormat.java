/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

/** Lucene's suite for Binary codes, without a graph. */
public class TestBinaryFlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestBinaryFlatVectorsFormat() {
    super(flat(Precision.BINARY));
  }
}
