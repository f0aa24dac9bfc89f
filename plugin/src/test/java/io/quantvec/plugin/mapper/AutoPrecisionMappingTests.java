/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import org.opensearch.index.mapper.MapperService;

/** A budget that is chosen, and the recall that it is chosen for, in mappings. */
public class AutoPrecisionMappingTests extends VectorMappingTestCase {

  private static void assertTarget(double target, MapperService service) {
    assertEquals(Precision.AUTO, config(service).precision());
    assertEquals(target, config(service).targetRecall(), 0);
    assertTrue(Double.isNaN(config(service).bits()));
  }

  public void testTheTargetIsWrittenOut() throws IOException {
    MapperService service = map("'precision': 'auto'");
    assertTarget(QuantizationConfig.DEFAULT_TARGET_RECALL, service);
    assertEquals("auto", written(service, false).get("precision"));
    assertEquals(.95, written(service, false).get("target_recall"));
    assertFalse(written(service, false).containsKey("bits"));
    assertReadBackAlike(service);
    service = map("'precision': 'auto', 'target_recall': '0.9', 'rerank': 'int8'");
    assertTarget(.9, service);
    assertEquals(.9, written(service, false).get("target_recall"));
    assertReadBackAlike(service);
  }

  public void testOtherMappingsHaveNoTarget() throws IOException {
    for (String parameters : new String[] {"", "'precision': 'int4'", "'bits': 1.5"}) {
      MapperService service = map(parameters);
      assertFalse(written(service, false).containsKey("target_recall"));
      assertTrue(Double.isNaN(config(service).targetRecall()));
      assertReadBackAlike(service);
    }
  }

  public void testATargetAloneMeansAuto() throws IOException {
    MapperService service = map("'target_recall': 0.999, 'allocation': 'uniform'");
    assertTarget(.999, service);
    assertEquals("auto", written(service, false).get("precision"));
    assertReadBackAlike(service);
  }

  public void testWhatContradictsATarget() {
    assertRefused(
        "'precision': 'int8', 'target_recall': 0.9",
        "takes [target_recall] with [precision: auto] only",
        "got [precision: int8]");
    assertRefused(
        "'bits': 2, 'target_recall': 0.9", "with [precision: auto] only", "got [bits: 2.0]");
    assertRefused("'bits': 2, 'precision': 'auto'", "takes [precision] or [bits], got both");
    for (String target : new String[] {"0.49", "1", "0.9995", "-1"}) {
      assertRefused(
          "'precision': 'auto', 'target_recall': " + target,
          "[target_recall] must be between 0.5 and 0.999",
          "got [" + target + "]");
    }
    assertRefused("'precision': 'auto', 'target_recall': 'high'", "[target_recall]", "high");
    assertRefused(
        "'precision': 'auto', 'calibration': {'mode': 'static', 'ranges': {'min': 0, 'max': 1}}",
        "[precision: auto] needs [calibration.mode: dynamic]",
        "got [calibration.mode: static]");
    assertRefused(
        "'precision': 'auto', 'input': {'type': 'int8', 'scale': 1}",
        "needs [precision: int8]",
        "got [precision: auto]");
  }

  public void testUpdates() throws IOException {
    MapperService service = map("'precision': 'int8'");
    update(service, "'precision': 'auto'");
    assertTarget(.95, service);
    update(service, "'target_recall': 0.8");
    assertTarget(.8, service);
    assertReadBackAlike(service);
    update(service, "'meta': {'unit': 'none'}");
    assertTarget(.8, service);
    update(service, "'precision': 'auto', 'rerank': 'int8'");
    assertTarget(.8, service);
    assertUpdateRefused(
        service, "'precision': 'int4', 'target_recall': 0.8", "with [precision: auto] only");
    update(service, "'precision': 'binary'");
    assertEquals(new QuantizationConfig(Precision.BINARY).bits(), config(service).bits(), 0);
    assertFalse(written(service, false).containsKey("target_recall"));
    assertReadBackAlike(service);
    update(service, "'bits': 3");
    update(service, "'precision': 'auto', 'target_recall': 0.5");
    assertTarget(.5, service);
    update(service, "'bits': 2");
    assertEquals(2, config(service).bits(), 0);
    assertReadBackAlike(service);
  }
}
