/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opensearch.index.mapper.MapperService;

/** The mapping's {@code calibration}: what it takes, refuses, gives back, and lets be changed. */
public class CalibrationMappingTests extends VectorMappingTestCase {

  private static final String RANGE = "'calibration': {'mode': 'static', 'ranges': ";

  private static CalibrationConfig ranges(float min, float max, int bits) {
    float[] mins = new float[DIMENSION];
    float[] maxs = new float[DIMENSION];
    Arrays.fill(mins, min);
    Arrays.fill(maxs, max);
    return CalibrationConfig.frozen(FixedCalibrations.ranges(mins, maxs, bits));
  }

  private static CalibrationConfig calibration(MapperService service) {
    return config(service).calibration();
  }

  public void testDefaultIsWritten() throws IOException {
    for (String parameters : List.of("", "'calibration': {}")) {
      MapperService service = map(parameters);
      assertEquals(CalibrationConfig.DYNAMIC, calibration(service));
      assertEquals(
          Map.of("mode", "dynamic", "method", "auto"), written(service, false).get("calibration"));
      assertReadBackAlike(service);
    }
  }

  public void testEveryMethod() throws IOException {
    for (ScaleMethod method : ScaleMethod.values()) {
      for (String code :
          List.of("'precision': 'int8'", "'precision': 'binary'", "'bits': 1.5", "'bits': 3")) {
        MapperService service = map("'calibration': {'method': '" + method.label() + "'}, " + code);
        assertEquals(CalibrationConfig.dynamic(method), calibration(service));
        assertReadBackAlike(service);
      }
    }
  }

  public void testPercentile() throws IOException {
    for (double percentile : new double[] {1e-6, 50, 99.9, 99.99, 100}) {
      MapperService service =
          map(
              "'calibration': {'mode': 'dynamic', 'method': 'percentile', 'percentile': "
                  + percentile
                  + "}");
      assertEquals(CalibrationConfig.percentile(percentile), calibration(service));
      assertEquals(
          Map.of("mode", "dynamic", "method", "percentile", "percentile", percentile),
          written(service, false).get("calibration"));
      assertReadBackAlike(service);
    }
    // What is not given is written out, so that it stays when the default changes.
    MapperService service = map("'calibration': {'method': 'percentile'}");
    assertEquals(
        calibration(service).percentile(),
        ((Map<?, ?>) written(service, false).get("calibration")).get("percentile"));
    assertReadBackAlike(service);
  }

  public void testOneRangeForAll() throws IOException {
    Map<?, ?> expected = Map.of("mode", "static", "ranges", Map.of("min", -0.3, "max", 0.25));
    for (String form : List.of("{'min': -0.3, 'max': 0.25}", "[-0.3, 0.25]")) {
      MapperService service = map(RANGE + form + "}");
      assertEquals(ranges(-0.3f, 0.25f, 8), calibration(service));
      assertEquals(expected, written(service, false).get("calibration"));
      assertReadBackAlike(service);
    }
  }

  public void testRangesOfEachDimension() throws IOException {
    float[] min = {-1, -2, -3, -4, -5, -6, -7, -0.1f};
    float[] max = {1, 2, 3, 4, 5, 6, 7, 0.1f};
    String mins = "[-1, -2, -3, -4, -5, -6, -7, -0.1]";
    String maxs = "[1, 2, 3, 4, 5, 6, 7, 0.1]";
    for (String form :
        List.of("{'max': " + maxs + ", 'min': " + mins + "}", "[" + mins + ", " + maxs + "]")) {
      MapperService service = map(RANGE + form + "}, 'precision': 'int4'");
      assertEquals(
          CalibrationConfig.frozen(FixedCalibrations.ranges(min, max, 4)), calibration(service));
      assertEquals(
          Map.of(
              "min",
              List.of(-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0, -0.1),
              "max",
              List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.1)),
          ((Map<?, ?>) written(service, false).get("calibration")).get("ranges"));
      assertReadBackAlike(service);
    }
  }

  public void testRangesOfEveryWholeNumberOfBits() throws IOException {
    String range = ", " + RANGE + "[-1, 1]}";
    for (Precision precision :
        List.of(Precision.INT8, Precision.INT4, Precision.INT2, Precision.BINARY)) {
      MapperService service = map("'precision': '" + precision.label() + "'" + range);
      assertEquals(
          new QuantizationConfig(precision, Allocation.UNIFORM)
              .withCalibration(ranges(-1, 1, (int) precision.bits())),
          config(service));
      assertReadBackAlike(service);
    }
    for (int bits = 1; bits <= 8; bits++) {
      MapperService service = map("'bits': " + bits + range);
      assertEquals(ranges(-1, 1, bits), calibration(service));
      assertReadBackAlike(service);
    }
  }

  public void testRangesNeedWholeBitsAndUniformAllocation() throws IOException {
    String range = ", " + RANGE + "[-1, 1]}";
    String expected = "[calibration.ranges] needs whole bits per dimension";
    assertRefused("'precision': 'fp16'" + range, expected, "got [precision: fp16]");
    assertRefused("'precision': 'ternary'" + range, expected, "got [precision: ternary]");
    assertRefused("'bits': 2.5" + range, expected, "got [bits: 2.5]");
    assertRefused(
        "'precision': 'int4', 'allocation': 'mixed'" + range,
        "[calibration.ranges] needs [allocation: uniform]",
        "got [allocation: mixed]");
    for (String allocation : List.of("", ", 'allocation': 'uniform'")) {
      MapperService service = map("'precision': 'int4'" + allocation + range);
      assertEquals("uniform", written(service, false).get("allocation"));
      assertReadBackAlike(service);
    }
  }

  public void testBadObjectsAreRefused() {
    assertRefused("'calibration': 'auto'", "[calibration] must be an object, got [auto]");
    assertRefused("'calibration': [1]", "[calibration] must be an object, got [[1]]");
    assertRefused(
        "'calibration': {'modes': 'static'}", "unknown parameter [modes] in [calibration]", "mode");
    assertRefused(
        "'calibration': {'mode': 'frozen'}",
        "unknown [calibration.mode] [frozen], expected one of [dynamic, static]");
    assertRefused("'calibration': {'mode': 7}", "unknown [calibration.mode] [7]");
    assertRefused(
        "'calibration': {'method': 'kl'}", "unknown calibration method [kl]", "entropy, minmax]");
    assertRefused("'calibration': {'method': 3}", "[calibration.method] must be a string, got [3]");
  }

  public void testBadPercentilesAreRefused() {
    String method = "'calibration': {'method': 'percentile', 'percentile': ";
    for (String bad : List.of("0", "-1", "100.1", "1e300", "'NaN'", "'most'", "true", "[99]")) {
      assertRefused(
          method + bad + "}",
          "[calibration.percentile] must be",
          "got [" + bad.replace("'", "").replace("1e300", "1.0E300") + "]");
    }
    assertRefused(
        "'calibration': {'method': 'mse', 'percentile': 99}",
        "[calibration.percentile] needs [calibration.method: percentile]",
        "got [calibration.method: mse]");
    assertRefused("'calibration': {'percentile': 99}", "got [calibration.method: auto]");
  }

  public void testParametersOfTheOtherModeAreRefused() {
    assertRefused(
        "'calibration': {'ranges': [-1, 1]}",
        "[calibration.ranges] needs [calibration.mode: static], got [calibration.mode: dynamic]");
    assertRefused(
        "'calibration': {'mode': 'static'}",
        "[calibration.mode: static] needs [calibration.ranges]");
    for (String parameter : List.of("method", "percentile")) {
      assertRefused(
          RANGE + "[-1, 1], '" + parameter + "': 'mse'}",
          "[calibration." + parameter + "] needs [calibration.mode: dynamic]",
          "got [calibration.mode: static]");
    }
  }

  private void assertBadRanges(String ranges, String... messages) {
    assertRefused(RANGE + ranges + "}", messages);
  }

  public void testBadRangesAreRefused() {
    assertBadRanges("7", "[calibration.ranges] must be an object of [min] and [max]", "got [7]");
    assertBadRanges("'wide'", "got [wide]");
    assertBadRanges("[]", "must be an array of two", "got an array of 0");
    assertBadRanges("[1, 2, 3]", "got an array of 3");
    assertBadRanges("{'min': 1}", "[calibration.ranges] needs [min] and [max]");
    assertBadRanges("{'min': 1, 'max': null}", "needs [min] and [max]");
    assertBadRanges(
        "{'min': 1, 'max': 2, 'mean': 1}", "unknown parameter [mean] in [calibration.ranges]");
    assertBadRanges("{'min': 1, 'max': [2]}", "two numbers or two arrays", "got [1] and [[2]]");
    assertBadRanges("{'min': 'low', 'max': 2}", "[calibration.ranges.min]", "got [low]");
    assertBadRanges("[-1, true]", "[calibration.ranges.max] must be a finite number, got [true]");
    for (String bad : List.of("'NaN'", "'Infinity'", "1e39", "-1e400")) {
      assertBadRanges("[" + bad + ", 1]", "[calibration.ranges.min] must be a finite number");
      assertBadRanges(
          "[[0,0,0,0,0,0,0,0], [1,1,1,1,1,1,1," + bad + "]]",
          "[calibration.ranges.max] must be a finite number",
          "at index [7]");
    }
    assertBadRanges("[1, 1]", "must have each [min] below its [max], got [1.0] and [1.0]");
    assertBadRanges("[[0,0,3,0,0,0,0,0], [1,1,2,1,1,1,1,1]]", "got [3.0] and [2.0] at index [2]");
    // Two numbers that are the same as 32 bit floats.
    assertBadRanges("[1, 1.00000001]", "got [1.0] and [1.00000001]");
    assertBadRanges(
        "[-3e38, 3e38]", "[calibration.ranges]: expected a finite range", "dimension 0");
    assertBadRanges(
        "[0, 1e-44]", "[calibration.ranges]: expected a range wide enough for codes of 8 bits");
    assertBadRanges("[[0, 0], [1]]", "as many lowest as highest values, got 2 and 1");
    assertBadRanges("[[0, 0], [1, 1]]", "one range, or 8 as [dimension] says, got 2");
    assertBadRanges("[[], []]", "one range, or 8 as [dimension] says, got 0");
    assertBadRanges("{'min': [0], 'max': [1]}", "one range, or 8 as [dimension] says, got 1");
  }

  public void testErrorsDoNotRepeatWholeVectors() {
    String numbers = "1,".repeat(1000) + "1";
    Exception e =
        expectThrows(Exception.class, () -> map(RANGE + "{'min': 0, 'max': [" + numbers + "]}}"));
    assertTrue(e.getMessage(), e.getMessage().length() < 400);
  }

  public void testUpdates() throws IOException {
    MapperService service = map("'precision': 'int4', 'space_type': 'cosinesimil'");
    update(service, "'calibration': {'method': 'minmax'}");
    assertEquals(CalibrationConfig.dynamic(ScaleMethod.MINMAX), calibration(service));
    assertEquals(Precision.INT4, config(service).precision());
    update(service, "'precision': 'binary'");
    assertEquals(CalibrationConfig.dynamic(ScaleMethod.MINMAX), calibration(service));
    // The object is one value: what a new one does not say has its default.
    update(service, "'calibration': {'method': 'percentile', 'percentile': 90}");
    update(service, "'calibration': {'method': 'percentile'}");
    assertEquals(CalibrationConfig.dynamic(ScaleMethod.PERCENTILE), calibration(service));
    update(service, RANGE + "[-1, 1]}");
    assertEquals(ranges(-1, 1, 1), calibration(service));
    // The ranges stay, and the steps in them follow the precision.
    update(service, "'precision': 'int2'");
    assertEquals(ranges(-1, 1, 2), calibration(service));
    update(service, "'bits': 7.5");
    assertEquals(ranges(-1, 1, 8), calibration(service));
    update(service, RANGE + "[-2, 2]}, 'bits': 3");
    assertEquals(ranges(-2, 2, 3), calibration(service));
    update(service, "'meta': {'owner': 'search'}");
    assertEquals(ranges(-2, 2, 3), calibration(service));
    assertEquals(SpaceType.COSINESIMIL, type(service).spaceType());
    assertReadBackAlike(service);
    update(service, "'calibration': {'mode': 'dynamic'}");
    assertEquals(CalibrationConfig.DYNAMIC, calibration(service));
    assertEquals(3, config(service).bits(), 0);
  }

  public void testAllocationComesAndGoesWithRanges() throws IOException {
    MapperService service = map("'precision': 'int4'");
    update(service, RANGE + "[-1, 1]}");
    assertEquals("uniform", written(service, false).get("allocation"));
    assertReadBackAlike(service);
    update(service, RANGE + "[-2, 2]}");
    assertEquals("uniform", written(service, false).get("allocation"));
    update(service, "'calibration': {'mode': 'dynamic'}");
    assertEquals("mixed", written(service, false).get("allocation"));
    update(service, "'allocation': 'uniform'");
    update(service, "'calibration': {'method': 'mse'}");
    assertEquals("uniform", written(service, false).get("allocation"));
    update(service, "'precision': 'int2', 'allocation': 'uniform', " + RANGE + "[-2, 2]}");
    update(service, "'calibration': {'mode': 'dynamic'}, 'allocation': 'uniform'");
    assertEquals(new QuantizationConfig(Precision.INT2, Allocation.UNIFORM), config(service));
  }

  /** A node merges the mapping that the cluster manager merged into the one that it has itself. */
  public void testNodesTakeOverEveryUpdate() throws IOException {
    List<String> updates =
        List.of(
            "'precision': 'int4'",
            RANGE + "[-1, 1]}",
            "'bits': 3",
            "'calibration': {}, 'bits': 1.5",
            "'allocation': 'uniform', 'precision': 'int8', 'calibration': {'method': 'mse'}",
            RANGE + "[-1, 2]}",
            "'method': {'name': 'hnsw', 'parameters': {'m': 7}}",
            "'calibration': {'method': 'percentile', 'percentile': 90}",
            "'calibration': {}, 'meta': {'owner': 'search'}");
    MapperService manager = map("");
    List<MapperService> nodes = new ArrayList<>();
    for (String update : updates) {
      MapperService joined = map("");
      joined.merge(
          "_doc",
          manager.documentMapper().mappingSource(),
          MapperService.MergeReason.MAPPING_UPDATE);
      nodes.add(joined);
      update(manager, update);
      // One has seen every update, one missed some of them, and one sees its first.
      for (MapperService node : List.of(nodes.get(0), randomFrom(nodes), joined)) {
        node.merge(
            "_doc",
            manager.documentMapper().mappingSource(),
            MapperService.MergeReason.MAPPING_UPDATE);
        assertEquals(
            manager.documentMapper().mappingSource(), node.documentMapper().mappingSource());
        assertEquals(type(manager).indexing(), type(node).indexing());
      }
    }
  }

  public void testUpdatesThatContradictWhatStandsAreRefused() throws IOException {
    MapperService service = map("'precision': 'int4', " + RANGE + "[-1, 1]}");
    assertUpdateRefused(service, "'bits': 1.5", "[calibration.ranges]", "got [bits: 1.5]");
    assertUpdateRefused(service, "'precision': 'ternary'", "got [precision: ternary]");
    assertUpdateRefused(service, "'allocation': 'mixed'", "got [allocation: mixed]");
    update(service, "'bits': 1.5, 'allocation': 'mixed', 'calibration': {'mode': 'dynamic'}");
    assertEquals(QuantizationConfig.ofBits(1.5, Allocation.MIXED), config(service));
    assertUpdateRefused(service, RANGE + "[-1, 1]}", "got [bits: 1.5]");
    update(service, "'rerank': 'fp32'");
    assertEquals(RerankPrecision.FP32, config(service).rerank());

    Exception e =
        expectThrows(
            IllegalArgumentException.class,
            () ->
                merge(
                    "_doc",
                    service,
                    "{\"properties\": {\"field\": {\"type\": \"quantized_vector\", \"dimension\":"
                        + " 4}}}"));
    assertTrue(e.getMessage(), e.getMessage().contains("Cannot update parameter [dimension]"));
  }
}
