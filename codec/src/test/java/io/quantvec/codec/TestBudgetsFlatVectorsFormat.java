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
import java.util.ArrayList;
import java.util.List;

/**
 * Lucene's test suite for every allocation, and for budgets that do not belong to a named
 * precision.
 */
public class TestBudgetsFlatVectorsFormat extends BaseQuantizedVectorsFormatTestCase {

  public TestBudgetsFlatVectorsFormat(@Name("config") QuantizationConfig config) {
    super(new QuantizedFlatVectorsFormat(config));
  }

  @ParametersFactory
  public static List<Object[]> configs() {
    List<Object[]> configs = new ArrayList<>();
    for (Precision precision : List.of(Precision.BINARY, Precision.INT2, Precision.INT4)) {
      configs.add(new Object[] {new QuantizationConfig(precision, Allocation.UNIFORM)});
    }
    configs.add(new Object[] {QuantizationConfig.ofBits(.5, Allocation.MIXED)});
    configs.add(new Object[] {QuantizationConfig.ofBits(1.5, Allocation.UNIFORM)});
    configs.add(new Object[] {QuantizationConfig.ofBits(5.3, Allocation.MIXED)});
    configs.add(new Object[] {QuantizationConfig.ofBits(7, Allocation.UNIFORM)});
    return configs;
  }
}
