/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionTest {

  private static HeapGraph graph(int size, int m) {
    HeapGraph graph = new HeapGraph(size, m, new SplittableRandom(1));
    int entry = 0;
    for (int node = 1; node < size; node++) {
      entry = graph.level(node) > graph.level(entry) ? node : entry;
    }
    graph.setEntry(entry, graph.level(entry));
    return graph;
  }

  /** From too few random links, with most nodes unreachable, to more than enough. */
  @ParameterizedTest
  @CsvSource({"1, 1, 0", "2, 1, 0", "500, 1, 1", "500, 1, 2", "500, 4, 1", "500, 4, 8"})
  void everyNodeIsReachable(int size, int m, int most) {
    for (int seed = 0; seed < 20; seed++) {
      HeapGraph graph = graph(size, m);
      Random random = new Random(seed);
      for (int node = 0; node < size; node++) {
        List<Integer> others = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        others.remove(node);
        Collections.shuffle(others, random);
        int count = Math.min(others.size(), random.nextInt(most + 1));
        int from = node;
        others.subList(0, count).forEach(to -> graph.add(0, from, to));
      }
      expectConnected(graph, m);
    }
  }

  /** All nodes have the maximum number of links, and only to nodes of their own group. */
  @Test
  void separateGroupsAreConnected() {
    HeapGraph graph = graph(99, 1);
    for (int node = 0; node < 99; node++) {
      int group = node / 3 * 3;
      graph.add(0, node, group + (node + 1) % 3);
      graph.add(0, node, group + (node + 2) % 3);
    }
    assertEquals(3, GraphFixtures.reachable(graph));
    expectConnected(graph, 1);
  }

  @Test
  void connectedGraphIsNotChanged() {
    HeapGraph graph = graph(50, 2);
    for (int node = 0; node < 50; node++) {
      graph.add(0, node, (node + 1) % 50);
      graph.add(0, node, (node + 7) % 50);
    }
    List<List<Integer>> before = GraphFixtures.allLinks(graph);
    Connection.connect(graph);
    assertEquals(before, GraphFixtures.allLinks(graph));
  }

  @Test
  void neighborWithRoomIsPreferred() {
    HeapGraph graph = graph(6, 1);
    int entry = graph.entryNode();
    int[] others = IntStream.range(0, 6).filter(node -> node != entry).toArray();
    graph.add(0, entry, others[0]);
    graph.add(0, entry, others[1]);
    graph.add(0, others[0], entry);
    int lost = others[2];
    graph.add(0, lost, entry);
    graph.add(0, lost, others[0]);
    graph.add(0, others[1], others[3]);
    graph.add(0, others[3], others[4]);
    Connection.connect(graph);
    assertEquals(
        List.of(entry, lost),
        IntStream.of(GraphFixtures.links(graph, 0, others[0])).boxed().toList());
    assertEquals(
        List.of(others[0], others[1]),
        IntStream.of(GraphFixtures.links(graph, 0, entry)).boxed().toList());
  }

  private static void expectConnected(HeapGraph graph, int m) {
    Connection.connect(graph);
    assertEquals(graph.size(), GraphFixtures.reachable(graph));
    GraphFixtures.expectValid(graph, m);
  }
}
