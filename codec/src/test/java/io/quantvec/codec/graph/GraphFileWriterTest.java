/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.quantvec.codec.VectorFixtures;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DocValuesSkipIndexType;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.InfoStream;
import org.apache.lucene.util.Version;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraph.NodesIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lucene's reader reads the written graphs. */
class GraphFileWriterTest {

  private static FieldInfo field(int number, VectorEncoding encoding) {
    return new FieldInfo(
        "f" + number,
        number,
        false,
        false,
        false,
        IndexOptions.NONE,
        DocValuesType.NONE,
        DocValuesSkipIndexType.NONE,
        -1,
        Map.of(),
        0,
        0,
        0,
        3,
        encoding,
        VectorSimilarityFunction.values()[number % 4],
        false,
        false);
  }

  /** Random links, unlike a builder's: any number of links to any node of the level. */
  private static HeapGraph randomGraph(int size, int m, int seed) {
    HeapGraph graph = new HeapGraph(size, m, new SplittableRandom(seed));
    int top = IntStream.range(0, size).map(graph::level).max().orElseThrow();
    Random random = new Random(seed);
    for (int level = 0; level <= top; level++) {
      int[] nodes = GraphFixtures.nodesOn(graph, level);
      for (int node : nodes) {
        int links = random.nextInt(graph.maxNeighbors(level) + 1);
        for (int i = 0; i < links; i++) {
          graph.add(level, node, nodes[random.nextInt(nodes.length)]);
        }
      }
    }
    graph.setEntry(GraphFixtures.nodesOn(graph, top)[0], top);
    return graph;
  }

  private static void expectSame(HeapGraph expected, HnswGraph read, int m) throws IOException {
    assertEquals(expected.size(), read.size());
    assertEquals(expected.topLevel() + 1, read.numLevels());
    assertEquals(m, read.maxConn());
    assertEquals(expected.entryNode(), read.entryNode());
    for (int level = 0; level <= expected.topLevel(); level++) {
      int[] nodes = GraphFixtures.nodesOn(expected, level);
      NodesIterator iterator = read.getNodesOnLevel(level);
      assertEquals(nodes.length, iterator.size());
      for (int node : nodes) {
        assertEquals(node, iterator.nextInt());
        read.seek(level, node);
        // A duplicate link is written once, and links are written in order.
        int[] links =
            Arrays.stream(GraphFixtures.links(expected, level, node)).sorted().distinct().toArray();
        assertEquals(links.length, read.neighborCount());
        for (int link : links) {
          assertEquals(link, read.nextNeighbor());
        }
        assertEquals(DocIdSetIterator.NO_MORE_DOCS, read.nextNeighbor());
      }
    }
  }

  private static SegmentInfo segment(Directory directory) {
    return new SegmentInfo(
        directory,
        Version.LATEST,
        Version.LATEST,
        "_0",
        100_000,
        false,
        false,
        Codec.getDefault(),
        Map.of(),
        new byte[16],
        Map.of(),
        null);
  }

  /** Writes the fields' graphs, of which some are null, and opens them. */
  private static Lucene99HnswVectorsReader write(
      Directory directory, int m, List<FieldInfo> fields, List<HeapGraph> graphs, int[] counts)
      throws IOException {
    SegmentInfo segment = segment(directory);
    FieldInfos infos = new FieldInfos(fields.toArray(FieldInfo[]::new));
    SegmentWriteState state =
        new SegmentWriteState(
            InfoStream.NO_OUTPUT, directory, segment, infos, null, IOContext.DEFAULT, "x");
    try (GraphFileWriter writer = new GraphFileWriter(state, m)) {
      for (int i = 0; i < graphs.size(); i++) {
        writer.write(fields.get(i), counts[i], graphs.get(i));
      }
      writer.finish();
    }
    return new Lucene99HnswVectorsReader(
        new SegmentReadState(directory, segment, infos, IOContext.DEFAULT, "x"), null);
  }

  /** Nodes without links and with the maximum number of links, on few and on many levels. */
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 16",
    "2, 1",
    "3, 2",
    "17, 16",
    "500, 1",
    "500, 2",
    "5000, 16",
    "40000, 3",
    "300, 512"
  })
  void everyLinkIsRead(int size, int m) throws IOException {
    HeapGraph graph = randomGraph(size, m, size + m);
    FieldInfo field = field(0, VectorEncoding.FLOAT32);
    try (Directory directory = new ByteBuffersDirectory();
        Lucene99HnswVectorsReader reader =
            write(directory, m, List.of(field), List.of(graph), new int[] {size})) {
      expectSame(graph, reader.getGraph("f0"), m);
    }
  }

  @Test
  void builtGraphsAreRead() throws IOException {
    HeapGraph graph = GraphFixtures.builder(VectorFixtures.normal(2_000, 3, 1), 4, 20).build();
    FieldInfo field = field(0, VectorEncoding.FLOAT32);
    try (Directory directory = new ByteBuffersDirectory();
        Lucene99HnswVectorsReader reader =
            write(directory, 4, List.of(field), List.of(graph), new int[] {2_000})) {
      expectSame(graph, reader.getGraph("f0"), 4);
    }
  }

  /** Fields with a graph, without vectors, and with vectors but without a graph, in turn. */
  @Test
  void severalFieldsAreRead() throws IOException {
    List<FieldInfo> fields =
        IntStream.range(0, 6)
            .mapToObj(i -> field(i, i % 2 == 0 ? VectorEncoding.FLOAT32 : VectorEncoding.BYTE))
            .toList();
    List<HeapGraph> graphs =
        Arrays.asList(
            null,
            randomGraph(1_000, 4, 1),
            null,
            randomGraph(1, 4, 2),
            randomGraph(700, 4, 3),
            null);
    int[] counts = {0, 1_000, 50, 1, 700, 3};
    try (Directory directory = new ByteBuffersDirectory();
        Lucene99HnswVectorsReader reader = write(directory, 4, fields, graphs, counts)) {
      for (int i = 0; i < counts.length; i++) {
        HnswGraph read = reader.getGraph("f" + i);
        if (graphs.get(i) == null) {
          assertEquals(0, read.size());
        } else {
          expectSame(graphs.get(i), read, 4);
        }
      }
    }
  }

  @Test
  void filesWithoutFieldsAreRead() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      write(directory, 4, List.of(), List.of(), new int[0]).close();
      assertArrayEquals(new String[] {"_0_x.vem", "_0_x.vex"}, directory.listAll());
    }
  }

  @Test
  void unfinishedFilesAreRejected() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      SegmentInfo segment = segment(directory);
      FieldInfo field = field(0, VectorEncoding.FLOAT32);
      FieldInfos infos = new FieldInfos(new FieldInfo[] {field});
      SegmentWriteState state =
          new SegmentWriteState(
              InfoStream.NO_OUTPUT, directory, segment, infos, null, IOContext.DEFAULT, "");
      try (GraphFileWriter writer = new GraphFileWriter(state, 4)) {
        writer.write(field, 100, randomGraph(100, 4, 1));
      }
      assertThrows(
          CorruptIndexException.class,
          () ->
              new Lucene99HnswVectorsReader(
                      new SegmentReadState(directory, segment, infos, IOContext.DEFAULT, ""), null)
                  .close());
    }
  }
}
