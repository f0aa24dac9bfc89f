/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapGraphTest {

  private record Place(int level, int node) {}

  /** Sizes below, at and above the number of nodes per array of the lowest level. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 16", "1000, 1", "16384, 4", "16385, 4", "40000, 3", "300, 512"})
  void keepsTheLinksOfEveryNode(int size, int m) {
    HeapGraph graph = new HeapGraph(size, m, new SplittableRandom(5));
    Map<Place, List<Integer>> expected = new HashMap<>();
    Random random = new Random(6);
    for (int i = 0; i < 3 * size; i++) {
      // The first and last nodes of an array are next to those of other arrays.
      int node = i % 3 == 0 ? size - 1 - random.nextInt(Math.min(size, 3)) : random.nextInt(size);
      int level = random.nextInt(graph.level(node) + 1);
      List<Integer> links =
          expected.computeIfAbsent(new Place(level, node), place -> new ArrayList<>());
      if (i % 10 == 9) {
        int[] set = random.ints(random.nextInt(graph.maxNeighbors(level) + 1), 0, size).toArray();
        graph.set(level, node, set, set.length);
        links.clear();
        for (int link : set) {
          links.add(link);
        }
      } else {
        int link = random.nextInt(size);
        boolean room = links.size() < (level == 0 ? 2 * m : m);
        assertEquals(room, graph.add(level, node, link));
        if (room) {
          links.add(link);
        }
      }
    }
    for (int node = 0; node < size; node++) {
      for (int level = 0; level <= graph.level(node); level++) {
        assertArrayEquals(
            expected.getOrDefault(new Place(level, node), List.of()).stream()
                .mapToInt(Integer::intValue)
                .toArray(),
            GraphFixtures.links(graph, level, node));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, .5", "4, .25", "16, .0625", "64, .015625"})
  void oneNodeInMReachesTheNextLevel(int m, double share) {
    int size = 100_000;
    HeapGraph graph = new HeapGraph(size, m, new SplittableRandom(42));
    double expected = size;
    for (int level = 1; expected * share > 500; level++) {
      expected *= share;
      assertEquals(expected, GraphFixtures.nodesOn(graph, level).length, 5 * Math.sqrt(expected));
    }
  }

  @Test
  void isEmptyUntilItHasAnEntry() {
    HeapGraph graph = new HeapGraph(10, 4, new SplittableRandom(1));
    assertEquals(10, graph.size());
    assertEquals(-1, graph.topLevel());
    assertEquals(-1, graph.entryNode());
    graph.setLevel(7, 3);
    graph.setEntry(7, 3);
    assertEquals(3, graph.topLevel());
    assertEquals(7, graph.entryNode());
    assertEquals(3, graph.level(7));
    for (int i = 0; i < 4; i++) {
      assertTrue(graph.add(3, 7, i));
    }
    assertFalse(graph.add(3, 7, 5));
    assertEquals(0, GraphFixtures.links(graph, 2, 7).length);
    graph.setLevel(7, 0);
    assertEquals(0, graph.level(7));
  }

  @Test
  void isEmptyWithoutNodes() {
    HeapGraph graph = new HeapGraph(0, 16, new SplittableRandom(1));
    assertEquals(0, graph.size());
    assertEquals(-1, graph.topLevel());
  }
}
