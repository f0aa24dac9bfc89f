/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import io.quantvec.codec.file.SegmentOutputs;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.packed.DirectMonotonicWriter;

/**
 * Writes graphs in the file format of {@link Lucene99HnswVectorsFormat}, so that Lucene's reader
 * can read them. The Javadoc of that class specifies the format.
 */
public final class GraphFileWriter implements Closeable {

  static final String META_CODEC_NAME = "Lucene99HnswVectorsFormatMeta";
  static final String INDEX_CODEC_NAME = "Lucene99HnswVectorsFormatIndex";
  static final String META_EXTENSION = "vem";
  static final String INDEX_EXTENSION = "vex";

  /** Block shift of the offsets, as in Lucene's writer. */
  private static final int DIRECT_MONOTONIC_BLOCK_SHIFT = 16;

  private final IndexOutput meta;
  private final IndexOutput index;
  private final int m;

  /**
   * @param m maximum number of links per node on the upper levels, and half of the maximum on the
   *     lowest level
   */
  public GraphFileWriter(SegmentWriteState state, int m) throws IOException {
    this.m = m;
    IndexOutput metaOutput = null;
    try {
      metaOutput = open(state, META_EXTENSION, META_CODEC_NAME);
      this.index = open(state, INDEX_EXTENSION, INDEX_CODEC_NAME);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, metaOutput);
      throw t;
    }
    this.meta = metaOutput;
  }

  private static IndexOutput open(SegmentWriteState state, String extension, String codecName)
      throws IOException {
    return SegmentOutputs.create(
        state, extension, codecName, Lucene99HnswVectorsFormat.VERSION_GROUPVARINT);
  }

  /**
   * Writes one field's graph.
   *
   * @param count number of vectors
   * @param graph graph over all vectors; null for no graph
   */
  public void write(FieldInfo fieldInfo, int count, HeapGraph graph) throws IOException {
    long start = index.getFilePointer();
    int levels = graph == null ? 0 : graph.topLevel() + 1;
    int[][] nodes = new int[levels][];
    int[][] lengths = new int[levels][];
    for (int level = 0; level < levels; level++) {
      nodes[level] = level == 0 ? null : nodesOn(graph, level);
      lengths[level] = writeLevel(graph, level, nodes[level]);
    }
    meta.writeInt(fieldInfo.number);
    meta.writeInt(fieldInfo.getVectorEncoding().ordinal());
    meta.writeInt(
        Lucene99HnswVectorsReader.SIMILARITY_FUNCTIONS.indexOf(
            fieldInfo.getVectorSimilarityFunction()));
    meta.writeVLong(start);
    meta.writeVLong(index.getFilePointer() - start);
    meta.writeVInt(fieldInfo.getVectorDimension());
    meta.writeInt(count);
    meta.writeVInt(m);
    meta.writeVInt(levels);
    for (int level = 1; level < levels; level++) {
      writeNodes(nodes[level]);
    }
    if (graph != null) {
      writeOffsets(lengths);
    }
  }

  private static int[] nodesOn(HeapGraph graph, int level) {
    return IntStream.range(0, graph.size()).filter(node -> graph.level(node) >= level).toArray();
  }

  /**
   * Writes the links of a level's nodes.
   *
   * @param nodes the level's nodes; null for all nodes
   * @return the number of bytes of each node's links
   */
  private int[] writeLevel(HeapGraph graph, int level, int[] nodes) throws IOException {
    int count = nodes == null ? graph.size() : nodes.length;
    int[] lengths = new int[count];
    int[] links = new int[graph.maxNeighbors()];
    for (int i = 0; i < count; i++) {
      long start = index.getFilePointer();
      int found = graph.neighbors(level, nodes == null ? i : nodes[i], links);
      Arrays.sort(links, 0, found);
      int distinct = 0;
      int last = 0;
      for (int j = 0; j < found; j++) {
        int link = links[j];
        if (j == 0 || link != last) {
          links[distinct++] = link - last;
        }
        last = link;
      }
      index.writeVInt(distinct);
      index.writeGroupVInts(links, distinct);
      lengths[i] = Math.toIntExact(index.getFilePointer() - start);
    }
    return lengths;
  }

  private void writeNodes(int[] nodes) throws IOException {
    meta.writeVInt(nodes.length);
    int last = 0;
    for (int node : nodes) {
      meta.writeVInt(node - last);
      last = node;
    }
  }

  private void writeOffsets(int[][] lengths) throws IOException {
    long count = 0;
    for (int[] level : lengths) {
      count += level.length;
    }
    long start = index.getFilePointer();
    meta.writeLong(start);
    meta.writeVInt(DIRECT_MONOTONIC_BLOCK_SHIFT);
    DirectMonotonicWriter offsets =
        DirectMonotonicWriter.getInstance(meta, index, count, DIRECT_MONOTONIC_BLOCK_SHIFT);
    long offset = 0;
    for (int[] level : lengths) {
      for (int length : level) {
        offsets.add(offset);
        offset += length;
      }
    }
    offsets.finish();
    meta.writeLong(index.getFilePointer() - start);
  }

  /** Ends the metadata and writes the footers of both files. */
  public void finish() throws IOException {
    meta.writeInt(-1);
    CodecUtil.writeFooter(meta);
    CodecUtil.writeFooter(index);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(meta, index);
  }
}
