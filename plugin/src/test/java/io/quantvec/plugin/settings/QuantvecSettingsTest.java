/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.opensearch.common.settings.IndexScopedSettings;
import org.opensearch.common.settings.Settings;

/** Tests that the settings of an index tell whether it has quantized vectors. */
class QuantvecSettingsTest {

  private static Settings settings(String key, Object value) {
    return Settings.builder().put("index.number_of_shards", 2).put(key, value.toString()).build();
  }

  private static boolean takes(Settings settings) {
    if (QuantvecSettings.takesQuantizedVectors(settings)) {
      QuantvecSettings.checkIndexTakesQuantizedVectors(settings, "embedding", "quantized_vector");
      return true;
    }
    return false;
  }

  @Test
  void knowsTheSettingOfTheIndex() {
    assertTrue(takes(settings("index.quantized_vector", true)));
    assertFalse(takes(settings("index.quantized_vector", false)));
    assertFalse(takes(Settings.EMPTY));
  }

  /** As the platform leaves them on a node that does not know the setting. */
  @Test
  void knowsTheSettingThatANodeWithoutThePluginHasArchived() {
    IndexScopedSettings withoutPlugin =
        new IndexScopedSettings(Settings.EMPTY, IndexScopedSettings.BUILT_IN_INDEX_SETTINGS);
    for (boolean value : new boolean[] {true, false}) {
      Settings archived =
          withoutPlugin.archiveUnknownOrInvalidSettings(
              settings("index.quantized_vector", value), entry -> {}, (entry, e) -> {});
      assertEquals(
          Set.of("index.number_of_shards", "archived.index.quantized_vector"), archived.keySet());
      assertEquals(value, takes(archived));
    }
    Settings limited =
        withoutPlugin.archiveUnknownOrInvalidSettings(
            settings("index.quantized_vector.max_dimension", 8), entry -> {}, (entry, e) -> {});
    assertEquals(8, QuantvecLimits.maxDimension(limited));
    assertEquals(16_000, QuantvecLimits.maxDimension(Settings.EMPTY));
  }
}
