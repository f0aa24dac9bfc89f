/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.QuantvecPlugin;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.CheckedConsumer;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.mapper.DocumentMapper;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.MapperTestCase;
import org.opensearch.index.mapper.ParseContext;
import org.opensearch.index.mapper.ParsedDocument;
import org.opensearch.plugins.Plugin;

/** What mappings and documents the field takes. Run by the platform's own mapper test case. */
public class QuantizedVectorFieldMapperTests extends MapperTestCase {

  @Override
  protected Collection<? extends Plugin> getPlugins() {
    return List.of(new QuantvecPlugin());
  }

  @Override
  protected Settings getIndexSettings() {
    return Settings.builder().put(SETTINGS).put("index.quantized_vector", true).build();
  }

  @Override
  protected void minimalMapping(XContentBuilder b) throws IOException {
    b.field("type", "quantized_vector").field("dimension", 3);
  }

  /** The parameters that decide about bytes are always written out. */
  @Override
  protected void metaMapping(XContentBuilder b) throws IOException {
    minimalMapping(b);
    b.field("space_type", "l2")
        .field("precision", "int8")
        .field("allocation", "mixed")
        .field("rerank", "fp32");
    b.startObject("calibration").field("mode", "dynamic").field("method", "auto").endObject();
    b.startObject("method").field("name", "hnsw");
    b.startObject("parameters").field("m", 16).field("ef_construction", 100);
    b.field("approximate_threshold", 3000).endObject();
    b.endObject();
    b.field("derived_source", true);
  }

  @Override
  protected void writeFieldValue(XContentBuilder builder) throws IOException {
    builder.startArray().value(1.5f).value(-2).value(0).endArray();
  }

  @Override
  protected boolean supportsOrIgnoresBoost() {
    return false;
  }

  @Override
  protected void assertExistsQuery(
      MappedFieldType fieldType, Query query, ParseContext.Document fields) {
    assertThat(query, instanceOf(FieldExistsQuery.class));
    assertEquals("field", ((FieldExistsQuery) query).getField());
    assertNoDocValuesField(fields, "field");
    assertNoFieldNamesField(fields);
    assertEquals(3, fields.getField("field").fieldType().vectorDimension());
  }

  @Override
  protected void registerParameters(ParameterChecker checker) throws IOException {
    checker.registerConflictCheck(
        "dimension",
        fieldMapping(this::minimalMapping),
        fieldMapping(b -> b.field("type", "quantized_vector").field("dimension", 4)));
    checker.registerConflictCheck("space_type", b -> b.field("space_type", "cosinesimil"));
    checker.registerConflictCheck("precision", b -> b.field("precision", "fp16"));
    checker.registerConflictCheck("rerank", b -> b.field("rerank", "fp16"));
    checker.registerConflictCheck(
        "method", b -> b.startObject("method").field("name", "flat").endObject());
    for (RerankPrecision rerank : List.of(RerankPrecision.INT8, RerankPrecision.NONE)) {
      checker.registerUpdateCheck(
          b -> b.field("rerank", rerank.label()),
          m ->
              assertEquals(
                  rerank,
                  ((QuantizedVectorFieldMapper) m).fieldType().indexing().config().rerank()));
    }
    checker.registerUpdateCheck(
        b -> b.field("derived_source", false),
        m ->
            assertFalse(((QuantizedVectorFieldMapper) m).fieldType().parameters().derivedSource()));
    checker.registerUpdateCheck(
        b -> b.field("precision", "int4"),
        m ->
            assertEquals(
                Precision.INT4,
                ((QuantizedVectorFieldMapper) m).fieldType().indexing().config().precision()));
    checker.registerUpdateCheck(
        b -> {
          b.startObject("method").field("name", "hnsw");
          b.startObject("parameters").field("m", 32).endObject().endObject();
        },
        m ->
            assertEquals(32, ((QuantizedVectorFieldMapper) m).fieldType().indexing().method().m()));
  }

  private DocumentMapper mapper(CheckedConsumer<XContentBuilder, IOException> more)
      throws IOException {
    return createDocumentMapper(
        fieldMapping(
            b -> {
              minimalMapping(b);
              more.accept(b);
            }));
  }

  private void assertRefused(
      String[] messages, CheckedConsumer<XContentBuilder, IOException> more) {
    Exception e = expectThrows(MapperParsingException.class, () -> mapper(more));
    for (String message : messages) {
      assertThat(e.getMessage(), containsString(message));
    }
    assertThat(e.getMessage(), containsString("field"));
  }

  private static String[] naming(String... messages) {
    return messages;
  }

  public void testEveryParameterIsStored() throws IOException {
    MapperService service =
        createMapperService(
            fieldMapping(
                b -> {
                  b.field("type", "quantized_vector").field("dimension", 1500);
                  b.field("space_type", "innerproduct").field("precision", "binary");
                  b.startObject("method").field("name", "hnsw").startObject("parameters");
                  b.field("m", 512).field("ef_construction", 3200);
                  b.field("approximate_threshold", -1).endObject().endObject();
                }));
    QuantizedVectorFieldType type = (QuantizedVectorFieldType) service.fieldType("field");
    assertEquals(1500, type.dimension());
    assertEquals(SpaceType.INNERPRODUCT, type.spaceType());
    assertEquals(Precision.BINARY, type.indexing().config().precision());
    assertEquals(new IndexMethod(IndexMethod.Name.HNSW, 512, 3200, -1), type.indexing().method());
    // The stored mapping is read again by every node, and must come out the same.
    CompressedXContent stored = service.documentMapper().mappingSource();
    service.merge("_doc", stored, MapperService.MergeReason.MAPPING_UPDATE);
    assertEquals(stored, service.documentMapper().mappingSource());
  }

  public void testFlat() throws IOException {
    MapperService service =
        createMapperService(
            fieldMapping(
                b -> {
                  minimalMapping(b);
                  b.startObject("method").field("name", "flat").endObject();
                }));
    QuantizedVectorFieldType type = (QuantizedVectorFieldType) service.fieldType("field");
    assertEquals(IndexMethod.Name.FLAT, type.indexing().method().name());
    assertThat(
        service.documentMapper().mappingSource().toString(),
        containsString("\"method\":{\"name\":\"flat\"}"));
  }

  public void testBitsAndAllocation() throws IOException {
    MapperService service =
        createMapperService(
            fieldMapping(
                b -> {
                  minimalMapping(b);
                  b.field("bits", 1.5).field("allocation", "uniform");
                }));
    assertEquals(QuantizationConfig.ofBits(1.5, Allocation.UNIFORM), config(service));
    CompressedXContent stored = service.documentMapper().mappingSource();
    service.merge("_doc", stored, MapperService.MergeReason.MAPPING_UPDATE);
    assertEquals(stored, service.documentMapper().mappingSource());
    merge(
        service,
        fieldMapping(
            b -> {
              minimalMapping(b);
              b.field("precision", "int2");
            }));
    assertEquals(new QuantizationConfig(Precision.INT2, Allocation.UNIFORM), config(service));
    merge(
        service,
        fieldMapping(
            b -> {
              minimalMapping(b);
              b.field("bits", 3).field("allocation", "mixed");
            }));
    assertEquals(QuantizationConfig.ofBits(3, Allocation.MIXED), config(service));
    // A budget above 7 bits means int8.
    merge(
        service,
        fieldMapping(
            b -> {
              minimalMapping(b);
              b.field("bits", 7.5);
            }));
    assertEquals(QuantizationConfig.DEFAULT, config(service));
  }

  private static QuantizationConfig config(MapperService service) {
    return ((QuantizedVectorFieldType) service.fieldType("field")).indexing().config();
  }

  public void testBadBitsAndAllocation() {
    assertRefused(naming("[bits] must be between 0.5 and 8.0", "9"), b -> b.field("bits", 9));
    assertRefused(naming("[bits] must be between", "many"), b -> b.field("bits", "many"));
    assertRefused(
        naming("[precision] or [bits]", "int4"),
        b -> b.field("bits", 2).field("precision", "int4"));
    assertRefused(naming("needs the parameter [bits]"), b -> b.field("precision", "bits"));
    assertRefused(naming("unknown allocation [even]", "mixed"), b -> b.field("allocation", "even"));
  }

  public void testUpdateKeepsWhatItDoesNotName() throws IOException {
    MapperService service =
        createMapperService(
            fieldMapping(
                b -> {
                  minimalMapping(b);
                  b.field("space_type", "cosinesimil").field("precision", "binary");
                  b.startObject("method").startObject("parameters").field("m", 7);
                  b.endObject().endObject();
                }));
    merge(
        service,
        fieldMapping(
            b -> {
              minimalMapping(b);
              b.field("meta", Map.of("owner", "search"));
            }));
    QuantizedVectorFieldType type = (QuantizedVectorFieldType) service.fieldType("field");
    assertEquals(Map.of("owner", "search"), type.meta());
    assertEquals(SpaceType.COSINESIMIL, type.spaceType());
    assertEquals(Precision.BINARY, type.indexing().config().precision());
    assertEquals(7, type.indexing().method().m());
    // Also an update to what happens to be the default is an update.
    merge(
        service,
        fieldMapping(
            b -> {
              minimalMapping(b);
              b.field("precision", "int8");
            }));
    type = (QuantizedVectorFieldType) service.fieldType("field");
    assertEquals(Precision.INT8, type.indexing().config().precision());
    assertEquals(7, type.indexing().method().m());
  }

  public void testDimensionIsRequired() {
    Exception e =
        expectThrows(
            MapperParsingException.class,
            () -> createMapperService(fieldMapping(b -> b.field("type", "quantized_vector"))));
    assertThat(e.getMessage(), containsString("needs the parameter [dimension]"));
  }

  public void testDimensionIsInRange() throws IOException {
    for (Object bad : new Object[] {0, -1, 16001, 3.5, "many", true}) {
      Exception e =
          expectThrows(
              MapperParsingException.class,
              () ->
                  createMapperService(
                      fieldMapping(
                          b -> b.field("type", "quantized_vector").field("dimension", bad))));
      assertThat(
          e.getMessage(),
          containsString(
              "[dimension] must be a whole number between 1 and 16000, got [" + bad + "]"));
    }
    createMapperService(
        fieldMapping(b -> b.field("type", "quantized_vector").field("dimension", 16000)));
  }

  public void testBadParametersAreRefusedByName() {
    assertRefused(naming("unknown space_type [taxi]", "l2"), b -> b.field("space_type", "taxi"));
    assertRefused(naming("unknown precision [int9]", "int8"), b -> b.field("precision", "int9"));
    assertRefused(naming("[precision] must be a string, got [8]"), b -> b.field("precision", 8));
    assertRefused(naming("unknown rerank [fp64]", "fp32"), b -> b.field("rerank", "fp64"));
    assertRefused(naming("unknown parameter [similarty]"), b -> b.field("similarty", "l2"));
    assertRefused(naming("takes no [store]"), b -> b.field("store", true));
    assertRefused(naming("unknown parameter [boost]"), b -> b.field("boost", 2));
    assertRefused(naming("[method] must be an object"), b -> b.field("method", "hnsw"));
    assertRefused(
        naming("[precision]", "must not have a [null] value"), b -> b.nullField("precision"));
  }

  public void testBadMethodsAreRefusedByName() {
    assertRefused(
        naming("unknown [method.name] [ivf]"),
        b -> b.startObject("method").field("name", "ivf").endObject());
    assertRefused(
        naming("unknown parameter [engine] in [method]"),
        b -> b.startObject("method").field("name", "hnsw").field("engine", "faiss").endObject());
    assertRefused(
        naming("unknown parameter [efc] in [method.parameters]"), b -> parameter(b, "hnsw", "efc"));
    assertRefused(
        naming("unknown parameter [m] in [method.parameters]", "flat"),
        b -> parameter(b, "flat", "m"));
    for (int bad : new int[] {0, 513}) {
      assertRefused(
          naming("[method.parameters.m] must be a whole number between 2 and 512, got"),
          b -> {
            b.startObject("method").startObject("parameters").field("m", bad);
            b.endObject().endObject();
          });
    }
    for (int bad : new int[] {0, 3201}) {
      assertRefused(
          naming("[method.parameters.ef_construction] must be a whole number between 2 and 3200"),
          b -> {
            b.startObject("method").startObject("parameters").field("ef_construction", bad);
            b.endObject().endObject();
          });
    }
    for (Object bad : new Object[] {-2, 1L << 31, 0.5, "few"}) {
      assertRefused(
          naming(
              "[method.parameters.approximate_threshold] must be a whole number between -1 and"
                  + " 2147483647, got ["
                  + bad
                  + "]"),
          b -> {
            b.startObject("method").startObject("parameters").field("approximate_threshold", bad);
            b.endObject().endObject();
          });
    }
    assertRefused(
        naming("unknown parameter [approximate_threshold] in [method.parameters]", "flat"),
        b -> parameter(b, "flat", "approximate_threshold"));
  }

  private static void parameter(XContentBuilder b, String method, String name) throws IOException {
    b.startObject("method").field("name", method);
    b.startObject("parameters").field(name, 10).endObject().endObject();
  }

  public void testSubFieldsAndCopiesAreRefused() {
    assertRefused(
        naming("takes no [fields]"),
        b ->
            b.startObject("fields")
                .startObject("raw")
                .field("type", "keyword")
                .endObject()
                .endObject());
    assertRefused(naming("takes no [copy_to]"), b -> b.field("copy_to", "other"));
    Exception e =
        expectThrows(
            MapperParsingException.class,
            () ->
                createMapperService(
                    fieldMapping(
                        b -> {
                          b.field("type", "keyword").startObject("fields").startObject("v");
                          minimalMapping(b);
                          b.endObject().endObject();
                        })));
    assertThat(e.getMessage(), containsString("cannot be a sub-field of another field"));
  }

  public void testIndexSettingIsRequired() {
    Exception e =
        expectThrows(
            MapperParsingException.class,
            () -> createMapperService(SETTINGS, fieldMapping(this::minimalMapping)));
    assertThat(e.getMessage(), containsString("field [field]"));
    assertThat(e.getMessage(), containsString("[index.quantized_vector: true]"));
  }

  public void testIndexOfTheKnnPluginIsRefused() {
    Settings both = Settings.builder().put(getIndexSettings()).put("index.knn", true).build();
    Exception e =
        expectThrows(
            MapperParsingException.class,
            () -> createMapperService(both, fieldMapping(this::minimalMapping)));
    assertThat(e.getMessage(), containsString("[index.knn: true]"));
    assertThat(e.getMessage(), containsString("[index.quantized_vector: true]"));
  }

  private ParsedDocument parse(DocumentMapper mapper, String value) {
    return mapper.parse(source("{\"before\": 1, \"field\": " + value + ", \"after\": 2}"));
  }

  private void assertBadValue(
      CheckedConsumer<XContentBuilder, IOException> mapping, String value, String... messages)
      throws IOException {
    DocumentMapper mapper = mapper(mapping);
    MapperParsingException e =
        expectThrows(MapperParsingException.class, () -> parse(mapper, value));
    assertEquals(400, e.status().getStatus());
    assertThat(e.getMessage(), containsString("field [field] of type [quantized_vector]"));
    for (String message : messages) {
      assertThat(e.getMessage(), containsString(message));
    }
  }

  public void testIndexesTheVector() throws IOException {
    ParsedDocument doc = parse(mapper(b -> b.field("space_type", "innerproduct")), "[1, 2.5, -3]");
    IndexableField[] fields = doc.rootDoc().getFields("field");
    assertEquals(1, fields.length);
    assertArrayEquals(
        new float[] {1, 2.5f, -3}, ((KnnFloatVectorField) fields[0]).vectorValue(), 0);
    assertEquals(
        VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT,
        fields[0].fieldType().vectorSimilarityFunction());
    assertNotNull(doc.rootDoc().getField("after"));
  }

  public void testNullIsNoValue() throws IOException {
    assertNull(parse(mapper(b -> {}), "null").rootDoc().getField("field"));
  }

  public void testBadValuesAreNamed() throws IOException {
    CheckedConsumer<XContentBuilder, IOException> l2 = b -> {};
    String expected = "expects an array of 3 numbers, got ";
    assertBadValue(l2, "[1, 2]", expected + "2 numbers");
    assertBadValue(l2, "[1, 2, 3, 4]", expected + "4 numbers");
    assertBadValue(l2, "[]", expected + "0 numbers");
    assertBadValue(l2, "[1, \"NaN\", 3]", expected + "the string [NaN] at index [1]");
    assertBadValue(l2, "[1, \"2\", 3]", expected + "the string [2] at index [1]");
    assertBadValue(l2, "[1, 2, 1e39]", "[1e39], which is no finite 32 bit float, at index [2]");
    assertBadValue(l2, "[1, 2, -1e400]", "[-1e400], which is no finite 32 bit float, at index [2]");
    assertBadValue(l2, "[1, null, 3]", expected + "null at index [1]");
    assertBadValue(l2, "[true, 2, 3]", expected + "the boolean [true] at index [0]");
    assertBadValue(l2, "[[1, 2, 3]]", expected + "an array at index [0]");
    assertBadValue(l2, "[1, {\"a\": [2]}, 3]", expected + "an object at index [1]");
    assertBadValue(l2, "{\"a\": [1, 2, 3]}", expected + "an object");
    assertBadValue(l2, "\"1,2,3\"", expected + "the string [1,2,3]");
    assertBadValue(l2, "7", expected + "the number [7]");
    assertBadValue(l2, "true", expected + "the boolean [true]");
    assertBadValue(l2, "[3e38, 3e38, 0]", "length at most");
  }

  public void testNonNumericNumbersAreRefused() throws IOException {
    for (String literal : List.of("NaN", "Infinity", "-Infinity")) {
      DocumentMapper mapper = mapper(b -> {});
      expectThrows(MapperParsingException.class, () -> parse(mapper, "[1, " + literal + ", 3]"));
    }
  }

  public void testZeroVectorOnlyUnderCosineIsRefused() throws IOException {
    assertBadValue(
        b -> b.field("space_type", "cosinesimil"), "[0, -0.0, 0]", "zero vector", "cosinesimil");
    assertBadValue(
        b -> b.field("space_type", "cosinesimil"), "[1e-30, 0, 0]", "for cosine, got length");
    assertNotNull(parse(mapper(b -> {}), "[0, 0, 0]").rootDoc().getField("field"));
  }

  public void testHalfPrecisionHasARange() throws IOException {
    CheckedConsumer<XContentBuilder, IOException> fp16 = b -> b.field("precision", "fp16");
    assertBadValue(
        fp16, "[1, -65520, 3]", "fp16", "between -65504 and 65504", "[-65520.0] at index [1]");
    assertBadValue(fp16, "[65505, 2, 3]", "[65505.0] at index [0]");
    assertNotNull(parse(mapper(fp16), "[65504, -65504, 3]").rootDoc().getField("field"));
    CheckedConsumer<XContentBuilder, IOException> copy = b -> b.field("rerank", "fp16");
    assertBadValue(copy, "[65505, 2, 3]", "[rerank: fp16]", "[65505.0] at index [0]");
    CheckedConsumer<XContentBuilder, IOException> unit =
        b -> b.field("rerank", "fp16").field("space_type", "cosinesimil");
    assertNotNull(parse(mapper(unit), "[1e6, 2, 3]").rootDoc().getField("field"));
    assertNotNull(parse(mapper(b -> {}), "[65520, 2, 3]").rootDoc().getField("field"));
  }

  public void testSecondVectorIsRefused() throws IOException {
    DocumentMapper mapper =
        createDocumentMapper(
            mapping(
                b -> {
                  b.startObject("o").startObject("properties").startObject("field");
                  minimalMapping(b);
                  b.endObject().endObject().endObject();
                }));
    Exception e =
        expectThrows(
            MapperParsingException.class,
            () ->
                mapper.parse(source("{\"o\": [{\"field\": [1, 2, 3]}, {\"field\": [1, 2, 3]}]}")));
    assertThat(e.getMessage(), containsString("field [o.field]"));
    assertThat(e.getMessage(), containsString("expects one vector in a document"));
  }

  public void testCopyIntoTheFieldIsRefused() throws IOException {
    DocumentMapper mapper =
        createDocumentMapper(
            mapping(
                b -> {
                  b.startObject("field");
                  minimalMapping(b);
                  b.endObject();
                  b.startObject("n").field("type", "float").field("copy_to", "field").endObject();
                }));
    Exception e =
        expectThrows(MapperParsingException.class, () -> mapper.parse(source("{\"n\": 1}")));
    assertThat(e.getMessage(), containsString("copy_to"));
  }

  public void testIgnoreMalformedKeepsTheDocument() throws IOException {
    Settings lenient =
        Settings.builder()
            .put(getIndexSettings())
            .put("index.mapping.ignore_malformed", true)
            .build();
    for (String bad : List.of("[1, {\"x\": [1]}, \"a\"]", "[1]", "{\"a\": {}}", "\"text\"")) {
      DocumentMapper mapper = createDocumentMapper(lenient, fieldMapping(this::minimalMapping));
      ParsedDocument doc = parse(mapper, bad);
      assertNull(doc.rootDoc().getField("field"));
      assertNotNull(doc.rootDoc().getField("after"));
      assertEquals("field", doc.rootDoc().getField("_ignored").stringValue());
    }
  }
}
