/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.opensearch.index.mapper.MapperService;

/**
 * A codec of the platform with this plugin's vector formats.
 *
 * <p>It keeps the name of the codec it wraps. That name stands in the segments, so they are read by
 * the platform's own codec, which finds the vector formats by SPI.
 */
final class QuantvecCodec extends FilterCodec {

  private final KnnVectorsFormat vectorsFormat;

  QuantvecCodec(Codec delegate, MapperService mapperService) {
    super(delegate.getName(), delegate);
    this.vectorsFormat = new MappedVectorsFormat(mapperService, delegate.knnVectorsFormat());
  }

  @Override
  public KnnVectorsFormat knnVectorsFormat() {
    return vectorsFormat;
  }
}
