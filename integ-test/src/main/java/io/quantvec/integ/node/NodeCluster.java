/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A cluster of nodes, each in its own process: a manager without data, which keeps running, and
 * data nodes, which tests may stop and start.
 */
public final class NodeCluster implements AutoCloseable {

  /** Heap of a manager of a few indexes. */
  private static final String MANAGER_HEAP = "256m";

  private final List<OpenSearchNode> nodes = new ArrayList<>();

  private NodeCluster() {}

  /**
   * Starts all nodes and waits until each of them answers.
   *
   * @param options options of the data nodes
   * @param dataNodes number of data nodes, at least 1
   * @throws NodeStartException if a node does not start; nothing of the others remains then
   */
  public static NodeCluster start(NodeOptions options, int dataNodes) throws IOException {
    NodeCluster cluster = new NodeCluster();
    try {
      // The manager does not look for nodes: processes at the default ports belong to others.
      OpenSearchNode manager =
          OpenSearchNode.start(
              options
                  .withHeap(MANAGER_HEAP)
                  .withSettings(
                      Map.of(
                          "discovery.type",
                          "zen",
                          "discovery.seed_hosts",
                          "",
                          "node.name",
                          "manager",
                          "node.roles",
                          "cluster_manager",
                          "cluster.initial_cluster_manager_nodes",
                          "manager")));
      cluster.nodes.add(manager);
      Map<String, String> common =
          Map.of("discovery.type", "zen", "discovery.seed_hosts", manager.transportAddress());
      for (int i = 0; i < dataNodes; i++) {
        cluster.nodes.add(
            OpenSearchNode.start(
                options
                    .withSettings(common)
                    .withSettings(Map.of("node.name", "data-" + i, "node.roles", "data"))));
      }
      return cluster;
    } catch (IOException | RuntimeException | Error e) {
      try {
        cluster.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Returns the nodes that hold shards. */
  public List<OpenSearchNode> dataNodes() {
    return List.copyOf(nodes.subList(1, nodes.size()));
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (OpenSearchNode node : nodes) {
      try {
        node.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
