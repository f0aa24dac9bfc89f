/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Binary codes, without a graph. */
public class TestBinaryFlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestBinaryFlatVectorsFormat() {
    super(flat(Precision.BINARY));
  }
}
