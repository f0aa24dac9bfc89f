/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Int2 codes, without a graph. */
public class TestInt2FlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestInt2FlatVectorsFormat() {
    super(flat(Precision.INT2));
  }
}
