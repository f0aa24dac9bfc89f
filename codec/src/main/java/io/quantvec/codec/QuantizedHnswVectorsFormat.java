/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

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

  private final QuantizedFlatVectorsFormat flatFormat;
  private final int m;
  private final int efConstruction;
  private final MergeThreads mergeThreads;
  private final int tinySegmentsThreshold;

  /** The format that SPI makes; it reads every segment and writes with the default settings. */
  public QuantizedHnswVectorsFormat() {
    this(QuantizationConfig.DEFAULT, DEFAULT_M, DEFAULT_EF_CONSTRUCTION);
  }

  /**
   * A format that merges on the merging thread.
   *
   * @param config how vectors are written
   * @param m connections a node, 1 to {@link #MAX_M}
   * @param efConstruction candidates kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   */
  public QuantizedHnswVectorsFormat(QuantizationConfig config, int m, int efConstruction) {
    this(config, m, efConstruction, 1, null, Lucene99HnswVectorsFormat.HNSW_GRAPH_THRESHOLD);
  }

  /**
   * @param config how vectors are written
   * @param m connections a node, 1 to {@link #MAX_M}
   * @param efConstruction candidates kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   * @param mergeWorkers threads that encode a merge's vectors and build its graph
   * @param mergeExecutor where these threads come from; null for the merge scheduler's own
   * @param tinySegmentsThreshold expected visits under which a segment gets no graph; 0 for always
   * @throws IllegalArgumentException if a parameter is out of its range
   */
  public QuantizedHnswVectorsFormat(
      QuantizationConfig config,
      int m,
      int efConstruction,
      int mergeWorkers,
      ExecutorService mergeExecutor,
      int tinySegmentsThreshold) {
    this(
        config,
        m,
        efConstruction,
        mergeWorkers,
        mergeExecutor,
        tinySegmentsThreshold,
        VectorsWriteListener.NONE);
  }

  /**
   * @param config how vectors are written
   * @param m connections a node, 1 to {@link #MAX_M}
   * @param efConstruction candidates kept while a node is inserted, 1 to {@link
   *     #MAX_EF_CONSTRUCTION}
   * @param mergeWorkers threads that encode a merge's vectors and build its graph
   * @param mergeExecutor where these threads come from; null for the merge scheduler's own
   * @param tinySegmentsThreshold expected visits under which a segment gets no graph; 0 for always
   * @param listener told of each field of a segment that is written
   * @throws IllegalArgumentException if a parameter is out of its range
   */
  public QuantizedHnswVectorsFormat(
      QuantizationConfig config,
      int m,
      int efConstruction,
      int mergeWorkers,
      ExecutorService mergeExecutor,
      int tinySegmentsThreshold,
      VectorsWriteListener listener) {
    super(NAME);
    this.m = checkRange("m", m, MAX_M);
    this.efConstruction = checkRange("ef_construction", efConstruction, MAX_EF_CONSTRUCTION);
    if (mergeWorkers < 1 || (mergeWorkers == 1 && mergeExecutor != null)) {
      throw new IllegalArgumentException(
          "mergeWorkers must be at least 1, and more than 1 with an executor; got " + mergeWorkers);
    }
    this.mergeThreads =
        new MergeThreads(
            mergeWorkers, mergeExecutor == null ? null : new TaskExecutor(mergeExecutor));
    this.flatFormat = new QuantizedFlatVectorsFormat(config, mergeThreads, listener);
    this.tinySegmentsThreshold = tinySegmentsThreshold;
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
        new GraphParameters(m, efConstruction, mergeThreads, tinySegmentsThreshold),
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
        + ", tinySegmentsThreshold="
        + tinySegmentsThreshold
        + ", flatFormat="
        + flatFormat
        + ")";
  }
}
