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
 * Nodes that are one cluster, each in a process of its own: a manager without data, which stays,
 * and data nodes, any of which may be stopped and started again.
 */
public final class NodeCluster implements AutoCloseable {

  /** What a manager of a few indexes takes. */
  private static final String MANAGER_HEAP = "256m";

  private final List<OpenSearchNode> nodes = new ArrayList<>();

  private NodeCluster() {}

  /**
   * Starts all nodes and waits until each of them answers.
   *
   * @param options of the data nodes
   * @param dataNodes how many, at least 1
   * @throws NodeStartException if one of them does not come up; nothing of the others is left then
   */
  public static NodeCluster start(NodeOptions options, int dataNodes) throws IOException {
    NodeCluster cluster = new NodeCluster();
    try {
      // It looks for nobody: what listens at the default ports belongs to others.
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

  /** The nodes that hold shards. */
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
