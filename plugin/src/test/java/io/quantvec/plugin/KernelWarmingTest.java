/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opensearch.common.settings.Settings;

/** The thread that runs the kernels when a node starts. */
class KernelWarmingTest {

  @TempDir Path folder;

  private static Settings settings(boolean warm) {
    return Settings.builder()
        .put("node.name", "node")
        .put("plugins.quantized_vector.warm_kernels_on_start", warm)
        .build();
  }

  @Test
  void runsInTheBackgroundAndLeavesNothing() throws InterruptedException {
    try (KernelWarming warming = new KernelWarming()) {
      warming.start(settings(true), folder);
      assertNotNull(warming.thread());
      assertTrue(warming.thread().isDaemon());
      warming.thread().join();
      assertEquals(0, folder.toFile().list().length);
    }
  }

  @Test
  void isOnByDefault() {
    try (KernelWarming warming = new KernelWarming()) {
      warming.start(Settings.builder().put("node.name", "node").build(), folder);
      assertNotNull(warming.thread());
    }
  }

  @Test
  void canBeTurnedOff() {
    try (KernelWarming warming = new KernelWarming()) {
      warming.start(settings(false), folder);
      assertNull(warming.thread());
    }
  }

  @Test
  void endsWhenTheNodeCloses() {
    KernelWarming warming = new KernelWarming();
    warming.start(settings(true), folder);
    warming.close();
    assertFalse(warming.thread().isAlive());
    assertEquals(0, folder.toFile().list().length);
  }

  @Test
  void survivesWithoutATemporaryFolder() throws InterruptedException, IOException {
    try (KernelWarming warming = new KernelWarming()) {
      warming.start(settings(true), folder.resolve("missing"));
      warming.thread().join();
    }
  }

  @Test
  void isASettingOfThePlugin() throws IOException {
    try (QuantvecPlugin plugin = new QuantvecPlugin()) {
      assertTrue(plugin.getSettings().contains(KernelWarming.WARM_KERNELS_ON_START));
    }
  }
}
