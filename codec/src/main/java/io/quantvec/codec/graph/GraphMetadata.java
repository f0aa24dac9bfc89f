/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import io.quantvec.codec.file.Corruption;
import io.quantvec.codec.file.FileBody;
import io.quantvec.codec.file.MonotonicPart;
import io.quantvec.codec.file.SegmentMetadata;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.IndexInput;

/**
 * Checks the metadata of graphs before Lucene's reader uses them. Lucene's reader allocates memory
 * according to unchecked metadata, and reports most inconsistencies as errors of its caller.
 */
public final class GraphMetadata {

  private final SegmentReadState state;
  private final IndexInput meta;
  private final FileBody body;

  private GraphMetadata(SegmentReadState state, IndexInput meta) throws IOException {
    this.state = state;
    this.meta = meta;
    String index = indexFileName(state);
    this.body =
        new FileBody(
            index,
            CodecUtil.indexHeaderLength(GraphFileWriter.INDEX_CODEC_NAME, state.segmentSuffix),
            state.directory.fileLength(index));
  }

  /** The name of the file with a segment's graphs. */
  public static String indexFileName(SegmentReadState state) {
    return IndexFileNames.segmentFileName(
        state.segmentInfo.name, state.segmentSuffix, GraphFileWriter.INDEX_EXTENSION);
  }

  /**
   * Checks a segment's graphs.
   *
   * @param counts number of vectors of each field in the segment
   * @throws CorruptIndexException if a graph's metadata do not match the number of vectors
   */
  public static void check(SegmentReadState state, Map<String, Integer> counts) throws IOException {
    SegmentMetadata metadata =
        SegmentMetadata.read(
            state,
            GraphFileWriter.META_EXTENSION,
            GraphFileWriter.META_CODEC_NAME,
            Lucene99HnswVectorsFormat.VERSION_START,
            Lucene99HnswVectorsFormat.VERSION_CURRENT);
    IndexInput meta = metadata.body();
    try {
      GraphMetadata graphs = new GraphMetadata(state, meta);
      graphs.checkFields(counts);
      metadata.expectEnd();
      graphs.body.expectComplete();
    } catch (IOException | RuntimeException e) {
      throw Corruption.of(e, "invalid metadata of graphs", meta);
    }
  }

  private void checkFields(Map<String, Integer> counts) throws IOException {
    Set<String> found = new HashSet<>();
    for (int number = meta.readInt(); number != -1; number = meta.readInt()) {
      FieldInfo info = number < 0 ? null : state.fieldInfos.fieldInfo(number);
      Integer count = info == null ? null : counts.get(info.name);
      if (count == null || !found.add(info.name)) {
        throw new CorruptIndexException(
            "expected the number of a field with vectors, found " + number, meta);
      }
      checkField(info, count);
    }
    if (!found.equals(counts.keySet())) {
      throw new CorruptIndexException(
          "expected graphs of the fields " + counts.keySet() + ", found those of " + found, meta);
    }
  }

  private void checkField(FieldInfo info, int count) throws IOException {
    expect(info, "encoding", info.getVectorEncoding().ordinal(), meta.readInt());
    expect(
        info,
        "similarity",
        Lucene99HnswVectorsReader.SIMILARITY_FUNCTIONS.indexOf(info.getVectorSimilarityFunction()),
        meta.readInt());
    long offset = meta.readVLong();
    long length = meta.readVLong();
    expect(info, "dimension", info.getVectorDimension(), meta.readVInt());
    expect(info, "number of vectors", count, meta.readInt());
    int m = meta.readVInt();
    expectWithin(info, "links per node", 1, Lucene99HnswVectorsFormat.MAXIMUM_MAX_CONN, m);
    int levels = meta.readVInt();
    // 0 levels mean no graph, and a field without vectors has no graph.
    expectWithin(
        info,
        "levels",
        length == 0 ? 0 : 1,
        length == 0 || count == 0 ? 0 : HeapGraph.MAX_LEVEL + 1,
        levels);
    body.add("graph of field \"" + info.name + "\"", offset, length, 1);
    long offsets = levels == 0 ? 0 : count;
    for (int level = 1; level < levels; level++) {
      offsets += checkNodes(info, count);
    }
    if (offsets > 0) {
      MonotonicPart part = MonotonicPart.read(meta, offsets);
      body.add("offsets of field \"" + info.name + "\"", part.offset(), part.length(), 1);
    }
  }

  /**
   * Checks that a level has at least one node and that its nodes increase.
   *
   * @return the number of nodes
   */
  private int checkNodes(FieldInfo info, int count) throws IOException {
    int nodes = meta.readVInt();
    expectWithin(info, "nodes on a level", 1, count, nodes);
    long left = meta.length() - meta.getFilePointer();
    if (nodes > left) {
      throw new CorruptIndexException(
          "field \"" + info.name + "\": expected " + nodes + " nodes, found " + left + " bytes",
          meta);
    }
    int node = meta.readVInt();
    expectWithin(info, "a node", 0, count - 1, node);
    for (int i = 1; i < nodes; i++) {
      int step = meta.readVInt();
      expectWithin(info, "a step to the next node", 1, count - 1 - node, step);
      node += step;
    }
    return nodes;
  }

  private void expect(FieldInfo info, String what, int expected, int found)
      throws CorruptIndexException {
    expectWithin(info, what, expected, expected, found);
  }

  private void expectWithin(FieldInfo info, String what, int min, int max, int found)
      throws CorruptIndexException {
    if (found < min || found > max) {
      throw new CorruptIndexException(
          "field \""
              + info.name
              + "\": expected "
              + what
              + " of "
              + min
              + (min == max ? "" : " to " + max)
              + ", found "
              + found,
          meta);
    }
  }
}
