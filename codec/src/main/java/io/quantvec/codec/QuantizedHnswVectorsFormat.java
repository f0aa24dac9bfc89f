/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.hnsw.GraphParameters;
import io.quantvec.codec.hnsw.QuantizedHnswVectorsReader;
import io.quantvec.codec.hnsw.QuantizedHnswVectorsWriter;
import io.quantvec.codec.segment.QuantizedFlatVectorsReader;
import io.quantvec.codec.write.MergeThreads;
import io.quantvec.codec.write.WriteContext;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.search.TaskExecutor;

/**
 * Quantized vectors with Lucene's HNSW graph on top: the files of {@link
 * QuantizedFlatVectorsFormat} and, beside them, the {@code .vem} and {@code .vex} files of {@link
 * Lucene99HnswVectorsFormat}.
 *
 * <p>A segment with fewer vectors than the approximate threshold has no graph: a search scans all
 * codes of so few vectors faster than it walks through a graph, and a flush need not build one. A
 * merge builds a graph if the merged segment reaches the threshold, and writes none if deletes
 * leave fewer vectors. A field without a graph has an entry in {@code .vem} as Lucene writes it for
 * its own small segments: the number of vectors, 0 levels, and 0 bytes in {@code .vex}. The
 * threshold itself is not written; readers read segments with and without a graph whatever it is.
 */
public final class QuantizedHnswVectorsFormat extends KnnVectorsFormat {

  /** The name by which SPI finds this format; it stands in every segment. */
  public static final String NAME = "QuantvecHnsw";

  /** Lucene's own default of connections a node. */
  public static final int DEFAULT_M = Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN;

  /** Lucene's own default of candidates kept while a node is inserted. */
  public static final int DEFAULT_EF_CONSTRUCTION = Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH;

  /** The largest number of connections a node, as in Lucene. */
  public static final int MAX_M = Lucene99HnswVectorsFormat.MAXIMUM_MAX_CONN;

  /** The largest number of candidates kept while a node is inserted, as in Lucene. */
  public static final int MAX_EF_CONSTRUCTION = Lucene99HnswVectorsFormat.MAXIMUM_BEAM_WIDTH;

  /** The approximate threshold with which every segment gets a graph, however small it is. */
  public static final int ALWAYS_GRAPH = GraphParameters.ALWAYS_GRAPH;

  /** The approximate threshold with which no segment gets a graph, however large it is. */
  public static final int NEVER_GRAPH = GraphParameters.NEVER_GRAPH;

  /**
   * The approximate threshold of every precision. With an ef of 100 a walk through the graph of one
   * segment is faster than a scan of all its codes from 4,000 to 7,000 vectors on (100 and 384
   * dimensions, binary to fp16); with just as much effort as the recall needs, or in a shard whose
   * segments share their k-th best score, from 1,600 to 7,000; with codes of 1,000 and more bytes
   * from 1,500 to 3,000. Below 3,000 a scan loses little where it loses at all, and a flush saves
   * building the graph, half of its time or more.
   */
  public static final int DEFAULT_APPROXIMATE_THRESHOLD = 3_000;

  private final QuantizedFlatVectorsFormat flatFormat;
  private final int m;
  private final int efConstruction;
  private final MergeThreads mergeThreads;
  private final int approximateThreshold;

  /** The format that SPI makes; it reads every segment and writes with the default settings. */
  public QuantizedHnswVectorsFormat() {
    this(QuantizationConfig.DEFAULT, DEFAULT_M, DEFAULT_EF_CONSTRUCTION);
  }

  /**
   * A format that merges on the merging thread, with the default approximate threshold.
   *
   * @param config how vectors are written
   * @param m connections a node, 1 to {@link #MAX_M}
   * @param efConstruction candidates kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   */
  public QuantizedHnswVectorsFormat(QuantizationConfig config, int m, int efConstruction) {
    this(config, m, efConstruction, 1, null, DEFAULT_APPROXIMATE_THRESHOLD);
  }

  /**
   * @param config how vectors are written
   * @param m connections a node, 1 to {@link #MAX_M}
   * @param efConstruction candidates kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   * @param mergeWorkers threads that encode a merge's vectors and build its graph
   * @param mergeExecutor where these threads come from; null for the merge scheduler's own
   * @param approximateThreshold vectors from which a segment gets a graph: {@link #ALWAYS_GRAPH},
   *     {@link #NEVER_GRAPH} or a number above 0. Fields of byte vectors know always and never
   *     only; with a number they get a graph where Lucene gives its own fields one
   * @throws IllegalArgumentException if a parameter is out of its range
   */
  public QuantizedHnswVectorsFormat(
      QuantizationConfig config,
      int m,
      int efConstruction,
      int mergeWorkers,
      ExecutorService mergeExecutor,
      int approximateThreshold) {
    this(
        config,
        m,
        efConstruction,
        mergeWorkers,
        mergeExecutor,
        approximateThreshold,
        WriteContext.ofOneFormat());
  }

  /**
   * @param config how vectors are written
   * @param m connections a node, 1 to {@link #MAX_M}
   * @param efConstruction candidates kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   * @param mergeWorkers threads that encode a merge's vectors and build its graph
   * @param mergeExecutor where these threads come from; null for the merge scheduler's own
   * @param approximateThreshold vectors from which a segment gets a graph: {@link #ALWAYS_GRAPH},
   *     {@link #NEVER_GRAPH} or a number above 0. Fields of byte vectors know always and never
   *     only; with a number they get a graph where Lucene gives its own fields one
   * @param context what the format's owner hands to everything that the format writes
   * @throws IllegalArgumentException if a parameter is out of its range
   */
  public QuantizedHnswVectorsFormat(
      QuantizationConfig config,
      int m,
      int efConstruction,
      int mergeWorkers,
      ExecutorService mergeExecutor,
      int approximateThreshold,
      WriteContext context) {
    super(NAME);
    this.m = checkRange("m", m, MAX_M);
    this.efConstruction = checkRange("ef_construction", efConstruction, MAX_EF_CONSTRUCTION);
    if (approximateThreshold < NEVER_GRAPH) {
      throw new IllegalArgumentException(
          "[approximate_threshold] must be at least "
              + NEVER_GRAPH
              + ", got ["
              + approximateThreshold
              + "]");
    }
    if (mergeWorkers < 1 || (mergeWorkers == 1 && mergeExecutor != null)) {
      throw new IllegalArgumentException(
          "mergeWorkers must be at least 1, and more than 1 with an executor; got " + mergeWorkers);
    }
    this.mergeThreads =
        new MergeThreads(
            mergeWorkers, mergeExecutor == null ? null : new TaskExecutor(mergeExecutor));
    this.flatFormat = new QuantizedFlatVectorsFormat(config, mergeThreads, context);
    this.approximateThreshold = approximateThreshold;
  }

  private static int checkRange(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          "[" + name + "] must be between 1 and " + max + ", got [" + value + "]");
    }
    return value;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return new QuantizedHnswVectorsWriter(
        state,
        new GraphParameters(m, efConstruction, mergeThreads, approximateThreshold),
        flatFormat);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new QuantizedHnswVectorsReader(state, new QuantizedFlatVectorsReader(state));
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return QuantizedFlatVectorsFormat.MAX_DIMENSIONS;
  }

  @Override
  public String toString() {
    return NAME
        + "(m="
        + m
        + ", efConstruction="
        + efConstruction
        + ", mergeWorkers="
        + mergeThreads.workers()
        + ", approximateThreshold="
        + approximateThreshold
        + ", flatFormat="
        + flatFormat
        + ")";
  }
}
