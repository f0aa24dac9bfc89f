/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.warmup;

import io.quantvec.codec.segment.FieldBytes;
import io.quantvec.codec.segment.QuantizedVectorValues;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.shard.IndexShard;

/**
 * The bytes that a warmup read of one copy of a shard.
 *
 * @param routing which shard, and where
 * @param codes bytes of codes and their terms
 * @param graph bytes of graphs
 * @param nanos time that it took
 */
public record ShardWarmup(ShardRouting routing, long codes, long graph, long nanos)
    implements Writeable {

  /** Nodes of the graph between two checks whether to go on. */
  private static final int NODES_AT_ONCE = 1 << 14;

  /** Reads what {@link #writeTo} wrote. */
  public ShardWarmup(StreamInput in) throws IOException {
    this(new ShardRouting(in), in.readVLong(), in.readVLong(), in.readVLong());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    routing.writeTo(out);
    out.writeVLong(codes);
    out.writeVLong(graph);
    out.writeVLong(nanos);
  }

  /**
   * Reads what every search of a shard's quantized vectors reads.
   *
   * @param goOn asked every few milliseconds
   */
  static ShardWarmup run(IndexShard shard, BooleanSupplier goOn) throws IOException {
    long start = System.nanoTime();
    long codes = 0;
    long graph = 0;
    try (Engine.Searcher searcher = shard.acquireSearcher("quantized_vector_warmup")) {
      for (LeafReaderContext context : searcher.getIndexReader().leaves()) {
        LeafReader leaf = context.reader();
        for (FieldInfo info : leaf.getFieldInfos()) {
          QuantizedVectorValues values =
              info.hasVectorValues() && info.getVectorEncoding() == VectorEncoding.FLOAT32
                  ? QuantizedVectorValues.of(leaf, info.name)
                  : null;
          if (values != null) {
            codes += values.readCodes(goOn);
            graph += readGraph(leaf, info.name, goOn);
          }
        }
      }
    }
    return new ShardWarmup(shard.routingEntry(), codes, graph, System.nanoTime() - start);
  }

  /** Goes through the neighbors of every node, which are consecutive in the file. */
  private static long readGraph(LeafReader leaf, String field, BooleanSupplier goOn)
      throws IOException {
    FieldBytes bytes = FieldBytes.of(leaf, field);
    if (bytes == null
        || bytes.graph() == 0
        || !(FilterLeafReader.unwrap(leaf) instanceof CodecReader reader)) {
      return 0;
    }
    KnnVectorsReader vectors = reader.getVectorReader();
    if (vectors instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
      vectors = perField.getFieldReader(field);
    }
    HnswGraph graph =
        vectors instanceof HnswGraphProvider provider ? provider.getGraph(field) : null;
    if (graph == null || graph.size() == 0) {
      return 0;
    }
    int size = graph.size();
    for (int node = 0; node < size; node++) {
      if (node % NODES_AT_ONCE == 0 && !goOn.getAsBoolean()) {
        return bytes.graph() * node / size;
      }
      // Lucene decodes all of a node's neighbors when it goes to the node.
      graph.seek(0, node);
    }
    return bytes.graph();
  }
}
