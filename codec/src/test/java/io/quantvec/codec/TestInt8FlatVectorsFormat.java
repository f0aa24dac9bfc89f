/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for Int8 codes, without a graph. */
public class TestInt8FlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestInt8FlatVectorsFormat() {
    super(flat(Precision.INT8));
  }
}
