/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.plugin.QuantvecPlugin;
import io.quantvec.plugin.calibration.store.StoredCalibrationFixtures;
import io.quantvec.plugin.node.QuantvecNode;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Setting;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;

/** Mappings that refer to a stored calibration. */
public class StoredCalibrationMappingTests extends VectorMappingTestCase {

  private static final String NAMED = "'calibration': {'mode': 'static', 'name': 'mine'}";
  private static final String VECTOR = "[1, 2, 3, 4, 5, 6, 7, 8]";

  private final QuantvecNode node = new QuantvecNode();
  private final StoredCalibrationFixtures calibrations =
      new StoredCalibrationFixtures(node.calibrations());

  /** As the plugin, with a node that a test can put calibrations on. */
  private final class NodePlugin extends Plugin implements MapperPlugin {

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
      return Map.of(QuantizedVectorFieldType.TYPE_NAME, QuantizedVectorFieldMapper.parser(node));
    }

    @Override
    public List<Setting<?>> getSettings() {
      return new QuantvecPlugin().getSettings();
    }
  }

  @Override
  protected Collection<? extends Plugin> getPlugins() {
    return List.of(new NodePlugin());
  }

  private String store(Precision precision, double bits, Allocation allocation, int seed) {
    return calibrations.store("mine", DIMENSION, precision, bits, allocation, SpaceType.L2, seed);
  }

  private static String frozenId(MapperService service) {
    CalibrationConfig calibration = config(service).calibration();
    return calibration.isStatic() ? HexFormat.of().formatHex(calibration.frozen().id()) : "dynamic";
  }

  private static Object reference(String id) {
    return Map.of("mode", "static", "name", "mine", "id", id);
  }

  public void testPrecisionAndAllocationAreTheCalibrations() throws IOException {
    int seed = 0;
    for (Allocation allocation : Allocation.values()) {
      for (Precision precision : Precision.values()) {
        if (precision != Precision.FP16 && precision != Precision.AUTO) {
          double bits = precision == Precision.BITS ? 1.5 : precision.bits();
          String id = store(precision, bits, allocation, seed++);
          MapperService service = map(NAMED);
          assertEquals(id, frozenId(service));
          assertEquals(precision, config(service).precision());
          assertEquals(bits, config(service).bits(), 0);
          assertEquals(allocation, config(service).allocation());
          Map<?, ?> written = written(service, false);
          assertEquals(reference(id), written.get("calibration"));
          assertEquals(precision.label(), written.get("precision"));
          assertEquals(precision == Precision.BITS ? 1.5 : null, written.get("bits"));
          assertReadBackAlike(service);
          index(service, VECTOR);
        }
      }
    }
  }

  public void testTheVersionStaysUntilAMappingNamesItAnew() throws IOException {
    String first = store(Precision.INT4, 4, Allocation.MIXED, 1);
    MapperService service = map(NAMED);
    String second = store(Precision.INT4, 4, Allocation.MIXED, 2);
    assertReadBackAlike(service);
    update(service, "'meta': {'a': 'b'}");
    assertEquals(first, frozenId(service));
    update(service, NAMED);
    assertEquals(second, frozenId(service));
    update(service, NAMED.replace("}", ", 'id': '" + first + "'}"));
    assertEquals(first, frozenId(service));
    assertEquals(first, frozenId(map(NAMED.replace("}", ", 'id': '" + first + "'}"))));
  }

  public void testUpdatesFromAndToOtherCalibrations() throws IOException {
    String id = store(Precision.INT4, 4, Allocation.MIXED, 1);
    MapperService service = map("'precision': 'int4'");
    update(service, NAMED);
    assertEquals(id, frozenId(service));
    update(service, "'calibration': {'mode': 'dynamic'}");
    assertEquals(CalibrationConfig.DYNAMIC, config(service).calibration());
    assertEquals(Allocation.MIXED, config(service).allocation());
    update(service, "'calibration': {'mode': 'static', 'ranges': [-1, 1]}");
    assertEquals(Allocation.UNIFORM, config(service).allocation());
    update(service, NAMED);
    assertEquals(id, frozenId(service));
    assertEquals(Allocation.MIXED, config(service).allocation());
    assertReadBackAlike(service);

    MapperService bytes = map("");
    assertUpdateRefused(bytes, NAMED, "is for [precision: int4], got [precision: int8]");
    update(bytes, NAMED + ", 'precision': 'int4'");
    assertEquals(id, frozenId(bytes));
    assertUpdateRefused(bytes, "'precision': 'binary'", "is for [precision: int4]");
  }

  public void testWhatIsMissingRefusesDocumentsUntilItComes() throws IOException {
    String id = store(Precision.INT4, 4, Allocation.MIXED, 1);
    MapperService known = map(NAMED);
    Object written = written(known, false);
    calibrations.clear();
    // What was resolved goes on to work.
    index(known, VECTOR);
    assertRefused(NAMED, "[calibration.name: mine], expected one of []");
    MapperService service =
        map("'precision': 'int4', " + NAMED.replace("}", ", 'id': '" + id + "'}"));
    assertEquals(written, written(service, false));
    assertDocumentRefused(
        service, VECTOR, "the calibration [mine] with the id [" + id + "] is not stored");
    // Segments that are written all the same have the codes that were asked for.
    QuantizationConfig substitute = config(service);
    assertEquals(Precision.INT4, substitute.precision());
    assertEquals(Allocation.MIXED, substitute.allocation());
    assertNotNull(service.fieldType("field").existsQuery(null));
    calibrations.restore();
    index(service, VECTOR);
    assertEquals(id, frozenId(service));
    assertEquals(config(known), config(service));
  }

  public void testIgnoringMalformedValuesDoesNotHideThatItIsMissing() throws IOException {
    char[] digits = new char[32];
    Arrays.fill(digits, 'a');
    MapperService service =
        map(
            "'ignore_malformed': true, "
                + NAMED.replace("}", ", 'id': '" + new String(digits) + "'}"));
    assertDocumentRefused(service, VECTOR, "is not stored in this cluster");
  }
}
