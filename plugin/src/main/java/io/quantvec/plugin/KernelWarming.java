/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.codec.records.KernelWarmup;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Setting.Property;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.OpenSearchExecutors;

/**
 * Runs the kernels once when the node starts, so that the JVM compiles them before the first
 * search. One background thread does it and ends after {@value #MAX_SECONDS} seconds at most.
 */
final class KernelWarming implements Closeable {

  /** Whether a node runs the kernels when it starts. */
  static final Setting<Boolean> WARM_KERNELS_ON_START =
      Setting.boolSetting(
          "plugins.quantized_vector.warm_kernels_on_start", true, Property.NodeScope);

  /** The longest time that the node's start runs kernels for, and one kernel's time beyond. */
  static final int MAX_SECONDS = 3;

  private static final Logger LOGGER = LogManager.getLogger(KernelWarming.class);

  private static final String THREAD = "quantized_vector_warm_kernels";

  private volatile boolean closed;

  /** Null where the setting turns the thread off. */
  private Thread thread;

  /**
   * Starts the thread, unless the node's settings say otherwise.
   *
   * @param temporary the node's folder for temporary files
   */
  void start(Settings settings, Path temporary) {
    if (WARM_KERNELS_ON_START.get(settings)) {
      thread =
          OpenSearchExecutors.daemonThreadFactory(settings, THREAD)
              .newThread(() -> warm(temporary));
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.start();
    }
  }

  /** A failure costs the first searches some time, and must not cost anything else. */
  private void warm(Path temporary) {
    long start = System.nanoTime();
    try {
      boolean all =
          KernelWarmup.run(
              temporary,
              () -> !closed && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(MAX_SECONDS));
      LOGGER.debug(
          "ran {} kernels in [{}] ms",
          all ? "all" : "some",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    } catch (IOException | RuntimeException e) {
      LOGGER.warn("could not run kernels before the first search, which will take longer", e);
    }
  }

  /** The running or ended thread; null for none. */
  Thread thread() {
    return thread;
  }

  /** Ends the thread and waits for it, because the node deletes its temporary folder. */
  @Override
  public void close() {
    closed = true;
    if (thread == null) {
      return;
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(MAX_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
