/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.tests.codecs.asserting.AssertingCodec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.junit.Rule;
import org.junit.rules.TestRule;
import org.junit.runners.model.Statement;

/** Lucene's test suite for vector formats, for one precision. */
abstract class BaseQuantizedVectorsFormatTestCase extends BaseKnnVectorsFormatTestCase {

  private final KnnVectorsFormat format;

  /** Adds the format to failures, because a test class can test several formats. */
  @Rule
  public final TestRule formatNamer =
      (test, description) ->
          new Statement() {
            @Override
            public void evaluate() throws Throwable {
              try {
                test.evaluate();
              } catch (Throwable t) {
                t.addSuppressed(new IllegalStateException("failed with " + format));
                throw t;
              }
            }
          };

  BaseQuantizedVectorsFormatTestCase(KnnVectorsFormat format) {
    this.format = format;
  }

  /** A graph with small settings, so that tests with few vectors have one too. */
  static KnnVectorsFormat hnsw(Precision precision) {
    return hnsw(new QuantizationConfig(precision));
  }

  /** A graph with small settings, so that tests with few vectors have one too. */
  static KnnVectorsFormat hnsw(QuantizationConfig config) {
    return new QuantizedHnswVectorsFormat(config, 8, 32, 1, null, 0);
  }

  static KnnVectorsFormat flat(Precision precision) {
    return new QuantizedFlatVectorsFormat(new QuantizationConfig(precision));
  }

  /** False, because every segment stores floats and needs no fallback. */
  @Override
  protected boolean supportsFloatVectorFallback() {
    return false;
  }

  @Override
  protected Codec getCodec() {
    if (format instanceof PerDimensionFormat perDimension) {
      return new AssertingCodec() {
        @Override
        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
          return perDimension.copy();
        }
      };
    }
    return TestUtil.alwaysKnnVectorsFormat(format);
  }
}
