/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's test suite for codes of an automatically chosen budget, without a graph. */
public class TestAutoFlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestAutoFlatVectorsFormat() {
    super(flat(Precision.AUTO));
  }
}
