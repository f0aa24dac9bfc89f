/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;

/** Lucene's suite for codes whose budget is chosen, without a graph. */
public class TestAutoFlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestAutoFlatVectorsFormat() {
    super(flat(Precision.AUTO));
  }
}
