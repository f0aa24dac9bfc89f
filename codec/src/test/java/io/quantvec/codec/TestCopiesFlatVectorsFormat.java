/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import com.carrotsearch.randomizedtesting.annotations.Name;
import com.carrotsearch.randomizedtesting.annotations.ParametersFactory;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import java.util.List;

/** Lucene's test suite for fields without an fp32 rerank copy, without a graph. */
public class TestCopiesFlatVectorsFormat extends BaseInexactVectorsFormatTestCase {

  public TestCopiesFlatVectorsFormat(
      @Name("precision") Precision precision, @Name("rerank") RerankPrecision rerank) {
    super(new QuantizationConfig(precision).withRerank(rerank), false);
  }

  @ParametersFactory
  public static List<Object[]> configs() {
    return BaseInexactVectorsFormatTestCase.configs();
  }
}
