/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Ternary codes, without a graph. */
public class TestTernaryFlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestTernaryFlatVectorsFormat() {
    super(flat(Precision.TERNARY));
  }
}
