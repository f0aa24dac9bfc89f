/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import org.apache.lucene.codecs.Codec;
import org.opensearch.index.codec.CodecService;
import org.opensearch.index.codec.CodecServiceConfig;
import org.opensearch.index.mapper.MapperService;

/** The platform's codecs, each with this plugin's vector formats for this plugin's fields. */
public final class QuantvecCodecService extends CodecService {

  private final MapperService mapperService;

  /** Codecs for the index that the configuration describes. */
  public QuantvecCodecService(CodecServiceConfig config) {
    super(
        config.getMapperService(),
        config.getIndexSettings(),
        config.getLogger(),
        config.getAdditionalCodecs());
    this.mapperService = config.getMapperService();
  }

  /**
   * The platform's codec of that name, with our formats where the mapping asks for them.
   *
   * @throws IllegalArgumentException if the platform has no codec of that name
   */
  @Override
  public Codec codec(String name) {
    // Lucene lists ours among those that can be asked for, but it needs another one below it.
    Codec codec = name.equals(QuantvecCodec.NAME) ? defaultCodec() : super.codec(name);
    // Without a mapping nothing is ever indexed, so there is no field to choose a format for.
    return mapperService == null
        ? codec
        : new MappedCodec(codec, new MappedVectorsFormat(mapperService, codec.knnVectorsFormat()));
  }
}
