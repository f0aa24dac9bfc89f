/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Int4 codes, without a graph. */
public class TestInt4FlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestInt4FlatVectorsFormat() {
    super(flat(Precision.INT4));
  }
}
