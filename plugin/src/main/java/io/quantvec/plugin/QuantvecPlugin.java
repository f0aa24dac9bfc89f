/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.codec.QuantvecCodecService;
import io.quantvec.plugin.mapper.QuantizedVectorFieldMapper;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.QuantizedKnnQueryParser;
import io.quantvec.plugin.source.SourceStripper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.common.settings.Setting;
import org.opensearch.index.IndexModule;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.codec.CodecServiceFactory;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.plugins.EnginePlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;

/** The field type {@code quantized_vector}, the query {@code quantized_knn}, and their codec. */
public final class QuantvecPlugin extends Plugin
    implements MapperPlugin, SearchPlugin, EnginePlugin {

  /** The constructor that the node calls. */
  public QuantvecPlugin() {}

  @Override
  public List<Setting<?>> getSettings() {
    return List.of(QuantvecSettings.INDEX_QUANTIZED_VECTOR);
  }

  @Override
  public Map<String, Mapper.TypeParser> getMappers() {
    return Map.of(QuantizedVectorFieldType.TYPE_NAME, QuantizedVectorFieldMapper.PARSER);
  }

  @Override
  public List<QuerySpec<?>> getQueries() {
    return List.of(
        new QuerySpec<>(
            QuantizedKnnQueryBuilder.NAME,
            QuantizedKnnQueryBuilder::new,
            QuantizedKnnQueryParser::fromXContent));
  }

  /**
   * Only for indexes that ask for it: a second plugin with a factory for the same index would make
   * the index's creation fail.
   */
  @Override
  public Optional<CodecServiceFactory> getCustomCodecServiceFactory(IndexSettings indexSettings) {
    return QuantvecSettings.takesQuantizedVectors(indexSettings.getSettings())
        ? Optional.of(QuantvecCodecService::new)
        : Optional.empty();
  }

  /** Documents of those indexes are stored without the text of their vectors. */
  @Override
  public void onIndexModule(IndexModule indexModule) {
    if (QuantvecSettings.takesQuantizedVectors(indexModule.getSettings())) {
      indexModule.addIndexOperationListener(new SourceStripper());
    }
  }
}
