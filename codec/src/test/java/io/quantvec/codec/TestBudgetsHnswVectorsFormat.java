/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import com.carrotsearch.randomizedtesting.annotations.Name;
import com.carrotsearch.randomizedtesting.annotations.ParametersFactory;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.util.List;

/** Lucene's test suite for some budgets and allocations, with a graph. */
public class TestBudgetsHnswVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestBudgetsHnswVectorsFormat(@Name("config") QuantizationConfig config) {
    super(hnsw(config));
  }

  @ParametersFactory
  public static List<Object[]> configs() {
    return List.of(
        new Object[] {new QuantizationConfig(Precision.INT4, Allocation.UNIFORM)},
        new Object[] {QuantizationConfig.ofBits(1.5, Allocation.MIXED)});
  }
}
