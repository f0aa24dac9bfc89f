/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import static org.hamcrest.Matchers.containsString;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.plugin.QuantvecPlugin;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.KnnFloatVectorField;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.MapperServiceTestCase;
import org.opensearch.index.mapper.ParsedDocument;
import org.opensearch.plugins.Plugin;

/** Mappings of one field of dimension 8, given as the text of their parameters. */
abstract class VectorMappingTestCase extends MapperServiceTestCase {

  static final int DIMENSION = 8;

  @Override
  protected Collection<? extends Plugin> getPlugins() {
    return List.of(new QuantvecPlugin());
  }

  @Override
  protected Settings getIndexSettings() {
    return Settings.builder().put(SETTINGS).put("index.quantized_vector", true).build();
  }

  /** Parameters in JSON, with apostrophes for quotes. */
  private static String json(String parameters) {
    return ("{'properties': {'field': {'type': 'quantized_vector', 'dimension': "
            + DIMENSION
            + (parameters.isEmpty() ? "" : ", " + parameters)
            + "}}}")
        .replace('\'', '"');
  }

  MapperService map(String parameters) throws IOException {
    return createMapperService("_doc", json(parameters));
  }

  void update(MapperService service, String parameters) throws IOException {
    merge("_doc", service, json(parameters));
  }

  static QuantizedVectorFieldType type(MapperService service) {
    return (QuantizedVectorFieldType) service.fieldType("field");
  }

  static QuantizationConfig config(MapperService service) {
    return type(service).indexing().config();
  }

  /** What the mapping says of the field. */
  static Map<?, ?> written(MapperService service, boolean includeDefaults) throws IOException {
    XContentBuilder builder = XContentFactory.jsonBuilder().startObject();
    service
        .documentMapper()
        .mapping()
        .toXContent(builder, includeDefaults ? INCLUDE_DEFAULTS : ToXContent.EMPTY_PARAMS);
    Map<String, Object> all =
        XContentHelper.convertToMap(
                BytesReference.bytes(builder.endObject()), true, MediaTypeRegistry.JSON)
            .v2();
    Map<?, ?> mapping = (Map<?, ?>) all.getOrDefault("_doc", all);
    return (Map<?, ?>) ((Map<?, ?>) mapping.get("properties")).get("field");
  }

  /** The stored mapping, and one with all defaults, must be read as what they were written from. */
  void assertReadBackAlike(MapperService service) throws IOException {
    CompressedXContent stored = service.documentMapper().mappingSource();
    service.merge("_doc", stored, MapperService.MergeReason.MAPPING_UPDATE);
    assertEquals(stored, service.documentMapper().mappingSource());
    for (boolean includeDefaults : new boolean[] {false, true}) {
      XContentBuilder again =
          XContentFactory.jsonBuilder()
              .startObject()
              .startObject("properties")
              .field("field", written(service, includeDefaults))
              .endObject()
              .endObject();
      MapperService other = createMapperService("_doc", again.toString());
      assertEquals(stored, other.documentMapper().mappingSource());
      assertEquals(type(service).indexing(), type(other).indexing());
      assertEquals(type(service).parameters(), type(other).parameters());
    }
  }

  private static void assertContainsAll(Exception e, String... messages) {
    assertThat(e.getMessage(), containsString("field [field] of type [quantized_vector]"));
    for (String message : messages) {
      assertThat(e.getMessage(), containsString(message));
    }
  }

  void assertRefused(String parameters, String... messages) {
    assertContainsAll(expectThrows(MapperParsingException.class, () -> map(parameters)), messages);
  }

  /** A refused update leaves everything as it was. */
  void assertUpdateRefused(MapperService service, String parameters, String... messages) {
    CompressedXContent before = service.documentMapper().mappingSource();
    assertContainsAll(
        expectThrows(MapperParsingException.class, () -> update(service, parameters)), messages);
    assertEquals(before, service.documentMapper().mappingSource());
  }

  ParsedDocument index(MapperService service, String value) {
    return service
        .documentMapper()
        .parse(source("{\"before\": 1, \"field\": " + value + ", \"after\": 2}"));
  }

  float[] indexed(MapperService service, String value) {
    ParsedDocument doc = index(service, value);
    assertNotNull(doc.rootDoc().getField("after"));
    return ((KnnFloatVectorField) doc.rootDoc().getField("field")).vectorValue();
  }

  void assertDocumentRefused(MapperService service, String value, String... messages) {
    MapperParsingException e =
        expectThrows(MapperParsingException.class, () -> index(service, value));
    assertEquals(400, e.status().getStatus());
    assertContainsAll(e, messages);
  }
}
