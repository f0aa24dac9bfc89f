/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.config.QuantizationConfig;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.tests.util.TestUtil;

/** Codecs for indexes without a mapping. */
final class CodecFixtures {

  private CodecFixtures() {}

  private static PerFieldKnnVectorsFormat vectorsFormat() {
    KnnVectorsFormat format = new QuantizedFlatVectorsFormat(QuantizationConfig.DEFAULT);
    return new PerFieldKnnVectorsFormat() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return format;
      }
    };
  }

  /** Ours, around Lucene's own. */
  static Codec quantvec() {
    return new MappedCodec(TestUtil.getDefaultCodec(), vectorsFormat());
  }

  /** What wrote quantized vectors before this plugin had a codec: Lucene's, by its name. */
  static Codec luceneWithQuantizedVectors() {
    Codec lucene = TestUtil.getDefaultCodec();
    return new FilterCodec(lucene.getName(), lucene) {
      @Override
      public KnnVectorsFormat knnVectorsFormat() {
        return vectorsFormat();
      }
    };
  }
}
