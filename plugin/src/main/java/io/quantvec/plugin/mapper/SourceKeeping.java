/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.support.XContentMapValues;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.SourceFieldMapper;

/**
 * Checks that {@code _source} keeps a field. If the mapping excludes the field, every update of a
 * document and every reindexing would silently lose its vector.
 */
final class SourceKeeping {

  private final String field;

  /** The mapping's source that was looked at last: a mapping changes seldom. */
  private volatile Looked looked = new Looked(null, true);

  private record Looked(SourceFieldMapper source, boolean keeps) {}

  /**
   * @param field the full name
   */
  SourceKeeping(String field) {
    this.field = field;
  }

  /**
   * Checks that sources have the field, or that there are none, and no updates.
   *
   * @throws MapperParsingException if the mapping leaves the field out of them
   */
  void check(SourceFieldMapper source) throws IOException {
    Looked last = looked;
    if (last.source != source) {
      last = new Looked(source, source.isComplete() || !source.enabled() || keeps(source));
      looked = last;
    }
    if (!last.keeps) {
      throw new MapperParsingException(
          "field ["
              + field
              + "] of type ["
              + QuantizedVectorFieldType.TYPE_NAME
              + "] expects a mapping whose [_source] keeps it, got one that leaves it out by"
              + " [includes] or [excludes]: an update of the document would lose its vector. Stored"
              + " sources do not have its text anyway; leave it out of hits by [_source] in the"
              + " request");
    }
  }

  private boolean keeps(SourceFieldMapper source) throws IOException {
    String[] names = field.split("\\.");
    Object value = List.of(0);
    for (int i = names.length - 1; i >= 0; i--) {
      value = Map.of(names[i], value);
    }
    BytesReference document =
        BytesReference.bytes(MediaTypeRegistry.contentBuilder(MediaTypeRegistry.JSON).value(value));
    Map<String, Object> kept =
        XContentHelper.convertToMap(
                source.applyFilters(document, MediaTypeRegistry.JSON),
                false,
                MediaTypeRegistry.JSON)
            .v2();
    return XContentMapValues.extractValue(field, kept) != null;
  }
}
