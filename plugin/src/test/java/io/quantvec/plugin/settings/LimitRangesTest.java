/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;

/** That limits can be lowered to their ends, and never raised over what the plugin allows. */
class LimitRangesTest {

  private static void check(Setting<?> setting, String byDefault, String taken, String refused) {
    assertEquals(byDefault, setting.getDefault(Settings.EMPTY).toString());
    for (String value : taken.split(" ")) {
      setting.get(Settings.builder().put(setting.getKey(), value).build());
    }
    for (String value : refused.split(" ")) {
      Settings settings = Settings.builder().put(setting.getKey(), value).build();
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> setting.get(settings),
              setting.getKey() + ": " + value);
      assertTrue(e.getMessage().contains(setting.getKey()), e.getMessage());
    }
  }

  @Test
  void limits() {
    check(QuantvecLimits.MAX_DIMENSION, "16000", "1 16000", "0 -1 16001 1.5");
    check(QuantvecLimits.INDEX_MAX_DIMENSION, "16000", "1 16000", "0 16001");
    check(QuantvecLimits.MAX_K, "10000", "1 10000", "0 10001");
    check(QuantvecLimits.MAX_EF_SEARCH, "10000", "1 10000", "0 10001");
    check(QuantvecLimits.MAX_OVERSAMPLE_FACTOR, "100.0", "1 100 2.5", "0.99 100.1 NaN 1e39");
  }
}
