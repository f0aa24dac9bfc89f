/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import static org.hamcrest.Matchers.containsString;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.index.mapper.MapperService;

/** The mapping's {@code input}: what it takes, refuses, gives back, and keeps. */
public class VectorInputMappingTests extends VectorMappingTestCase {

  private static final String INT8 = "'input': {'type': 'int8'}";
  private static final String BINARY = "'input': {'type': 'binary'}";

  private static QuantizationConfig lossless(Precision precision, Calibration calibration) {
    return new QuantizationConfig(
        precision,
        precision.bits(),
        Allocation.UNIFORM,
        RerankPrecision.NONE,
        CalibrationConfig.frozen(calibration));
  }

  public void testFloatIsTheDefault() throws IOException {
    for (String parameters : List.of("", "'input': {}", "'input': {'type': 'float'}")) {
      MapperService service = map(parameters);
      assertEquals(QuantizationConfig.DEFAULT, config(service));
      assertNull(written(service, false).get("input"));
      assertEquals(Map.of("type", "float"), written(service, true).get("input"));
      assertReadBackAlike(service);
    }
  }

  public void testInt8() throws IOException {
    MapperService service = map(INT8);
    assertEquals(
        lossless(Precision.INT8, FixedCalibrations.int8Input(DIMENSION, 1, 0)), config(service));
    assertEquals(SpaceType.L2, type(service).spaceType());
    Map<?, ?> written = written(service, false);
    assertEquals(Map.of("type", "int8", "scale", 1.0, "zero_point", 0), written.get("input"));
    assertEquals("int8", written.get("precision"));
    assertEquals("none", written.get("rerank"));
    assertFalse(written(service, true).containsKey("calibration"));
    assertEquals("uniform", written.get("allocation"));
    assertReadBackAlike(service);

    service =
        map(
            "'input': {'type': 'int8', 'scale': 0.0123456789, 'zero_point': -128},"
                + " 'space_type': 'cosinesimil', 'precision': 'int8', 'rerank': 'none',"
                + " 'allocation': 'uniform'");
    assertEquals(
        lossless(Precision.INT8, FixedCalibrations.int8Input(DIMENSION, 0.0123456789f, -128)),
        config(service));
    assertEquals(
        Map.of("type", "int8", "scale", 0.0123456789, "zero_point", -128),
        written(service, false).get("input"));
    assertReadBackAlike(service);
  }

  public void testBinary() throws IOException {
    MapperService service = map(BINARY);
    assertEquals(SpaceType.HAMMING, type(service).spaceType());
    assertEquals(
        lossless(Precision.BINARY, FixedCalibrations.binaryInput(DIMENSION, 0, 1)),
        config(service));
    Map<?, ?> written = written(service, false);
    assertEquals(Map.of("type", "binary"), written.get("input"));
    assertEquals("hamming", written.get("space_type"));
    assertEquals("binary", written.get("precision"));
    assertReadBackAlike(service);
    for (SpaceType spaceType : SpaceType.values()) {
      service = map(BINARY + ", 'precision': 'binary', 'space_type': '" + spaceType.label() + "'");
      assertEquals(spaceType, type(service).spaceType());
      assertEquals(
          lossless(
              Precision.BINARY,
              FixedCalibrations.binaryInput(DIMENSION, spaceType == SpaceType.HAMMING ? 0 : -1, 1)),
          config(service));
      assertReadBackAlike(service);
    }
  }

  public void testBadObjectsAreRefused() {
    assertRefused("'input': 'int8'", "[input] must be an object, got [int8]");
    assertRefused("'input': {'kind': 'int8'}", "unknown parameter [kind] in [input]", "zero_point");
    assertRefused(
        "'input': {'type': 'uint8'}",
        "unknown [input.type] [uint8], expected one of [float, int8, binary]");
    assertRefused("'input': {'type': 8}", "unknown [input.type] [8]");
    for (String type : List.of("float", "binary")) {
      assertRefused(
          "'input': {'type': '" + type + "', 'scale': 2}",
          "[input.scale] needs [input.type: int8], got [input.type: " + type + "]");
    }
    assertRefused("'input': {'zero_point': 0}", "[input.zero_point] needs [input.type: int8]");
    for (String bad : List.of("0", "-1", "1e-45", "1e15", "'NaN'", "'wide'", "true", "[1]")) {
      assertRefused(
          "'input': {'type': 'int8', 'scale': " + bad + "}",
          "[input.scale] must be between 1.1754943508222875E-38 and 1.0E14, got [");
    }
    for (String bad : List.of("-129", "128", "0.5", "'none'", "false")) {
      assertRefused(
          "'input': {'type': 'int8', 'zero_point': " + bad + "}",
          "[input.zero_point] must be a whole number between -128 and 127, got ["
              + bad.replace("'", "")
              + "]");
    }
  }

  public void testCodesTakeTheirOwnPrecisionOnly() {
    String int8 = "[input.type: int8] needs [precision: int8], which is its default, got ";
    assertRefused(INT8 + ", 'precision': 'binary'", int8 + "[precision: binary]");
    assertRefused(INT8 + ", 'precision': 'fp16'", int8 + "[precision: fp16]");
    assertRefused(INT8 + ", 'bits': 4", int8 + "[bits: 4.0]");
    String binary = "[input.type: binary] needs [precision: binary], which is its default, got ";
    assertRefused(BINARY + ", 'precision': 'int8'", binary + "[precision: int8]");
    assertRefused(BINARY + ", 'bits': 1", binary + "[bits: 1.0]");
  }

  public void testCodesTakeNothingThatTheyWouldNotUse() {
    for (String input : List.of(INT8, BINARY)) {
      String type = input.contains("int8") ? "[input.type: int8]" : "[input.type: binary]";
      assertRefused(
          input + ", 'calibration': {}", type + " takes no [calibration], got [calibration: dynam");
      assertRefused(
          input + ", 'calibration': {'mode': 'static', 'ranges': [-1, 1]}",
          type + " takes no [calibration], got [calibration: static]");
      assertRefused(
          input + ", 'rerank': 'fp32'", type + " needs [rerank: none]", "got [rerank: fp32]");
      assertRefused(
          input + ", 'allocation': 'mixed'",
          type + " needs [allocation: uniform]",
          "got [allocation: mixed]");
    }
  }

  public void testHammingIsForBits() {
    assertRefused(
        "'space_type': 'hamming'",
        "[space_type: hamming] needs [input.type: binary], got [input.type: float]");
    assertRefused(INT8 + ", 'space_type': 'hamming'", "got [input.type: int8]");
  }

  public void testBitsFillBytes() throws IOException {
    String mapping =
        "{\"properties\": {\"field\": {\"type\": \"quantized_vector\", \"input\": {\"type\":"
            + " \"binary\"}, \"dimension\": ";
    Exception e =
        expectThrows(Exception.class, () -> createMapperService("_doc", mapping + "12}}}"));
    assertThat(
        e.getMessage(), containsString("needs a [dimension] that is a multiple of 8, got [12]"));
    createMapperService("_doc", mapping + "16000}}}");
  }

  public void testUpdates() throws IOException {
    MapperService service = map("'input': {'type': 'int8', 'scale': 0.5}");
    QuantizationConfig before = config(service);
    update(service, "'meta': {'owner': 'search'}");
    update(service, "'method': {'name': 'hnsw', 'parameters': {'m': 7}}");
    update(service, "'input': {'type': 'int8', 'scale': 0.5, 'zero_point': 0}");
    assertEquals(before, config(service));
    assertEquals(7, type(service).indexing().method().m());
    assertReadBackAlike(service);
    assertUpdateRefused(service, "'precision': 'int4'", "needs [precision: int8]", "int4");
    assertUpdateRefused(service, "'calibration': {}", "takes no [calibration]");
    assertUpdateRefused(service, "'rerank': 'fp32'", "needs [rerank: none]");
  }

  public void testInputCannotBeChanged() throws IOException {
    List<String> inputs =
        List.of(
            "'input': {'type': 'float'}",
            INT8,
            "'input': {'type': 'int8', 'scale': 2}",
            "'input': {'type': 'int8', 'zero_point': 2}",
            BINARY);
    for (String from : inputs) {
      for (String to : inputs) {
        if (from.equals(to)) {
          continue;
        }
        MapperService service = map(from + ", 'space_type': 'innerproduct'");
        Exception e = expectThrows(IllegalArgumentException.class, () -> update(service, to));
        assertThat(e.getMessage(), containsString("Cannot update parameter [input] from ["));
      }
    }
  }
}
