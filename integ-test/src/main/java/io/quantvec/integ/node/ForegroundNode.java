/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;

/**
 * Runs one node on 127.0.0.1 until the user interrupts it: {@code mvn -Pnode [-Dhttp.port=9200]
 * [-Dnode.heap=1g]}.
 */
public final class ForegroundNode {

  private ForegroundNode() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    // When the build tool is killed, the exit runs the node's shutdown hook.
    ProcessHandle.current()
        .parent()
        .ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(1)));
    NodeOptions options =
        NodeOptions.fromSystemProperties()
            .withHttpPort(Integer.getInteger("http.port", 9200))
            .withHeap(System.getProperty("node.heap", "1g"));
    try (OpenSearchNode node = OpenSearchNode.start(options)) {
      System.out.println(
          "OpenSearch with Quantvec listens on " + node.http() + " (Ctrl-C stops it)");
      while (node.isAlive()) {
        Thread.sleep(500);
      }
      if (!node.isClosed()) {
        throw new IOException("the node ended unexpectedly");
      }
    }
  }
}
