/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;

/** That mappings take the ranges that the manual gives, up to their ends, and nothing beyond. */
public class MappingRangesTests extends VectorMappingTestCase {

  /**
   * A parameter.
   *
   * @param parameters the field's parameters, with % for the value
   * @param taken values at both ends
   * @param refused values next to them
   * @param message what an error says
   */
  private record Range(
      String parameters, List<String> taken, List<String> refused, String message) {}

  private static Range range(String parameters, String taken, String refused, String message) {
    return new Range(parameters, List.of(taken.split(" ")), List.of(refused.split(" ")), message);
  }

  private static final String METHOD = "'method': {'parameters': {'%s': %%}}";
  private static final String CALIBRATION = "'calibration': {'method': 'percentile', ";

  private static final List<Range> RANGES =
      List.of(
          range(
              METHOD.formatted("m"),
              "2 2.0 512 '16'",
              "1 0 -1 513 2.5 1e9 null 'x' true [2] {}",
              "[method.parameters.m] must be a whole number between 2 and 512"),
          range(
              METHOD.formatted("ef_construction"),
              "2 3200",
              "1 0 -1 3201 99.5 1e300 null",
              "[method.parameters.ef_construction] must be a whole number between 2 and 3200"),
          range("'bits': %", "0.5 8 8.0 1 2.25", "0.49 0 -1 8.01 1e300 'x'", "[bits] must be"),
          range(
              "'target_recall': %",
              "0.5 0.999 0.95",
              "0.499 0.9991 1 0 -0.5",
              "[target_recall] must be between 0.5 and 0.999"),
          range(
              CALIBRATION + "'percentile': %}",
              "0.001 100 99.9",
              "0 -1 100.01 1e39",
              "[calibration.percentile] must be"),
          range(
              "'input': {'type': 'int8', 'zero_point': %}",
              "-128 127 0",
              "-129 128 0.5",
              "[input.zero_point] must be a whole number between -128 and 127"),
          range(
              "'input': {'type': 'int8', 'scale': %}",
              "1e-37 1e14 0.5", "0 -1 1e-39 1.1e14", "[input.scale] must be"));

  public void testParametersOfTheField() throws IOException {
    for (Range range : RANGES) {
      for (String value : range.taken) {
        assertReadBackAlike(map(range.parameters.replace("%", value)));
      }
      for (String value : range.refused) {
        assertRefused(range.parameters.replace("%", value), range.message);
      }
    }
  }

  public void testDimension() throws IOException {
    String field =
        "{\"properties\": {\"field\": {\"type\": \"quantized_vector\", \"dimension\": %}}}";
    for (String taken : List.of("1", "16000", "8.0", "\"8\"")) {
      createMapperService("_doc", field.replace("%", taken));
    }
    for (String refused : List.of("0", "-1", "16001", "1.5", "1e300", "\"x\"", "true", "[8]")) {
      MapperParsingException e =
          expectThrows(
              MapperParsingException.class,
              () -> createMapperService("_doc", field.replace("%", refused)));
      assertTrue(
          e.getMessage(),
          e.getMessage().contains("[dimension] must be a whole number between 1 and 16000"));
    }
  }

  public void testCodesOfDocuments() throws IOException {
    MapperService bytes = map("'input': {'type': 'int8'}");
    MapperService bits = map("'input': {'type': 'binary'}");
    indexed(bytes, "{\"int8\": [-128, 127, 0, 1.0, 0, 0, 0, 0]}");
    indexed(bits, "{\"binary\": [-128]}");
    indexed(bits, "{\"binary\": [127]}");
    for (String code : List.of("-129", "128", "0.5", "1e300")) {
      assertDocumentRefused(
          bytes, "{\"int8\": [" + code + ", 0, 0, 0, 0, 0, 0, 0]}", "from -128 to 127");
      assertDocumentRefused(bits, "{\"binary\": [" + code + "]}", "from -128 to 127");
    }
  }

  /**
   * Whoever made an index when 1 was taken has it in the mapping that the cluster state keeps, from
   * which each node makes it again.
   */
  public void testGraphsOfBeforeKeepTheirParameters() throws IOException {
    String field =
        "'space_type': 'l2', 'precision': 'int8', 'allocation': 'mixed', 'rerank': 'fp32',"
            + " 'calibration': {'mode': 'dynamic', 'method': 'auto'}, 'method': {'name': 'hnsw',"
            + " 'parameters': {'m': 1, 'ef_construction': 1}}, 'derived_source': true";
    MapperService service = map(field);
    assertEquals(1, type(service).indexing().method().m());
    assertEquals(1, type(service).indexing().method().efConstruction());
    assertReadBackAlike(service);
    update(service, "'precision': 'int4'");
    assertEquals(1, type(service).indexing().method().m());
    assertEquals(
        Map.of("m", 1, "ef_construction", 1, "approximate_threshold", 3_000),
        ((Map<?, ?>) written(service, false).get("method")).get("parameters"));
    assertUpdateRefused(
        service,
        "'method': {'name': 'hnsw', 'parameters': {'m': 1}}",
        "[method.parameters.m] must be a whole number between 2 and 512");
  }
}
