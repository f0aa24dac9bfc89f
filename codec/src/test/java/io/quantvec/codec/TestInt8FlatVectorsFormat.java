/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

/** Lucene's suite for Int8 codes, without a graph. */
public class TestInt8FlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestInt8FlatVectorsFormat() {
    super(flat(Precision.INT8));
  }
}
