/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/** Lucene's own suite for vector formats, for one precision. */
abstract class BaseQuantizedVectorsFormatTestCase extends BaseKnnVectorsFormatTestCase {

  private final KnnVectorsFormat format;

  BaseQuantizedVectorsFormatTestCase(KnnVectorsFormat format) {
    this.format = format;
  }

  /** A graph with small settings, so that tests with few vectors have one too. */
  static KnnVectorsFormat hnsw(Precision precision) {
    return new QuantizedHnswVectorsFormat(new QuantizationConfig(precision), 8, 32, 1, null, 0);
  }

  static KnnVectorsFormat flat(Precision precision) {
    return new QuantizedFlatVectorsFormat(new QuantizationConfig(precision));
  }

  /** False: every segment keeps its floats, so there is nothing to fall back from. */
  @Override
  protected boolean supportsFloatVectorFallback() {
    return false;
  }

  @Override
  protected Codec getCodec() {
    return TestUtil.alwaysKnnVectorsFormat(format);
  }
}
