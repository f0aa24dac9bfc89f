/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * The node that the tests of this module share. It starts before the first test, because the runner
 * of the YAML suites reports threads that a test leaves behind as leaks. The node's shutdown hook
 * stops it, however the tests end.
 */
public final class SharedNode implements LauncherSessionListener {

  /**
   * Tests request refreshes and count segments. An automatic refresh during a bulk would add a
   * segment.
   */
  private static final Map<String, String> NO_REFRESHES =
      Map.of("cluster.default.index.refresh_interval", "-1");

  private static OpenSearchNode node;
  private static Throwable failure;

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    // The module's unit tests run before the distribution is assembled.
    if (System.getProperty(NodeOptions.DISTRIBUTION_PROPERTY) == null) {
      return;
    }
    try {
      get();
    } catch (RuntimeException e) {
      // Every test that asks for the node then fails with this exception.
    }
  }

  /** Returns the node, or throws an exception with the end of its log if it did not start. */
  static synchronized OpenSearchNode get() {
    if (failure != null) {
      throw new IllegalStateException("the shared node did not start", failure);
    }
    if (node == null) {
      try {
        node = OpenSearchNode.start(options().withSettings(NO_REFRESHES));
      } catch (IOException e) {
        failure = e;
        throw new UncheckedIOException(e);
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
    }
    return node;
  }

  /** Returns the options of nodes in functional tests. */
  static NodeOptions options() {
    return NodeOptions.fromSystemProperties().withHeap("512m").withJvmArgs(NodeOptions.FAST_START);
  }

  /** With the shared node's installed plugin: the plugin CLI does not run again. */
  public static NodeOptions withInstalledPlugin(NodeOptions options) {
    return options.withDistribution(get().home());
  }
}
