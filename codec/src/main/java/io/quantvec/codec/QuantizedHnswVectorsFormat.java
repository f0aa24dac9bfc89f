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
 * Quantized vectors with an HNSW graph. A segment has the files of {@link
 * QuantizedFlatVectorsFormat} and the {@code .vem} and {@code .vex} files of {@link
 * Lucene99HnswVectorsFormat}.
 *
 * <p>A segment with fewer vectors than the approximate threshold has no graph. Scanning the codes
 * of few vectors is faster than searching a graph, and the flush saves the time to build the graph.
 * A merge builds a graph if the merged segment reaches the threshold, and builds none if deletes
 * leave fewer vectors. A field without a graph has an entry in {@code .vem} like those that Lucene
 * writes for its own small segments: the number of vectors, 0 levels, and 0 bytes in {@code .vex}.
 * The threshold is not stored. Readers accept segments with and without graphs, whatever the
 * threshold is.
 */
public final class QuantizedHnswVectorsFormat extends KnnVectorsFormat {

  /** The name of this format in SPI, which is stored in every segment. */
  public static final String NAME = "QuantvecHnsw";

  /** Default maximum number of links per node, as in Lucene. */
  public static final int DEFAULT_M = Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN;

  /** Default number of candidates that are kept while a node is inserted, as in Lucene. */
  public static final int DEFAULT_EF_CONSTRUCTION = Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH;

  /** Largest allowed maximum number of links per node, as in Lucene. */
  public static final int MAX_M = Lucene99HnswVectorsFormat.MAXIMUM_MAX_CONN;

  /** Largest number of candidates that are kept while a node is inserted, as in Lucene. */
  public static final int MAX_EF_CONSTRUCTION = Lucene99HnswVectorsFormat.MAXIMUM_BEAM_WIDTH;

  /** The approximate threshold with which every segment gets a graph. */
  public static final int ALWAYS_GRAPH = GraphParameters.ALWAYS_GRAPH;

  /** The approximate threshold with which no segment gets a graph. */
  public static final int NEVER_GRAPH = GraphParameters.NEVER_GRAPH;

  /**
   * The default approximate threshold, for every precision. The number of vectors from which
   * searching the graph of one segment is faster than scanning all of its codes was measured:
   *
   * <table>
   * <caption>Vectors from which a graph is faster than a scan</caption>
   * <tr><th>search</th><th>vectors</th></tr>
   * <tr><td>ef 100; 100 and 384 dimensions, binary to fp16</td><td>4,000 to 7,000</td></tr>
   * <tr><td>with as much effort as the recall needs, or in a shard whose segments share their k-th best score</td><td>1,600 to 7,000</td></tr>
   * <tr><td>codes of 1,000 bytes and more</td><td>1,500 to 3,000</td></tr>
   * </table>
   *
   * <p>Below 3,000 vectors, a scan is at most slightly slower, and a flush without a graph takes
   * half the time or less.
   */
  public static final int DEFAULT_APPROXIMATE_THRESHOLD = 3_000;

  private final QuantizedFlatVectorsFormat flatFormat;
  private final int m;
  private final int efConstruction;
  private final MergeThreads mergeThreads;
  private final int approximateThreshold;

  /** The format for SPI. It reads every segment and writes with the default settings. */
  public QuantizedHnswVectorsFormat() {
    this(QuantizationConfig.DEFAULT, DEFAULT_M, DEFAULT_EF_CONSTRUCTION);
  }

  /**
   * A format that merges on the calling thread and has the default approximate threshold.
   *
   * @param config how vectors are written
   * @param m maximum number of links per node on the upper levels, and half of the maximum on the
   *     lowest level, 1 to {@link #MAX_M}
   * @param efConstruction candidates that are kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   */
  public QuantizedHnswVectorsFormat(QuantizationConfig config, int m, int efConstruction) {
    this(config, m, efConstruction, 1, null, DEFAULT_APPROXIMATE_THRESHOLD);
  }

  /**
   * @param config how vectors are written
   * @param m maximum number of links per node on the upper levels, and half of the maximum on the
   *     lowest level, 1 to {@link #MAX_M}
   * @param efConstruction candidates that are kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   * @param mergeWorkers threads that encode a merge's vectors and build its graph
   * @param mergeExecutor provides these threads; null for the merge scheduler's own threads
   * @param approximateThreshold number of vectors from which a segment gets a graph, or {@link
   *     #ALWAYS_GRAPH} or {@link #NEVER_GRAPH}. For fields of byte vectors, Lucene's own rule
   *     replaces a number above 0
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
   * @param m maximum number of links per node on the upper levels, and half of the maximum on the
   *     lowest level, 1 to {@link #MAX_M}
   * @param efConstruction candidates that are kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   * @param mergeWorkers threads that encode a merge's vectors and build its graph
   * @param mergeExecutor provides these threads; null for the merge scheduler's own threads
   * @param approximateThreshold number of vectors from which a segment gets a graph, or {@link
   *     #ALWAYS_GRAPH} or {@link #NEVER_GRAPH}. For fields of byte vectors, Lucene's own rule
   *     replaces a number above 0
   * @param context what the format's owner passes to everything that the format writes
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
          "[mergeWorkers] must be at least 1 without an executor and at least 2 with an executor, got ["
              + mergeWorkers
              + "]");
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
