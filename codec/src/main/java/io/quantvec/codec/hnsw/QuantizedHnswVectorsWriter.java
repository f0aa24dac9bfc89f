/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import io.quantvec.codec.graph.GraphBuilder;
import io.quantvec.codec.graph.GraphFileWriter;
import io.quantvec.codec.graph.HeapGraph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.InfoStream;
import org.apache.lucene.util.RamUsageEstimator;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/**
 * Writes graphs in Lucene's file format on top of {@link
 * io.quantvec.codec.QuantizedFlatVectorsFormat}. Lucene's writer inserts each vector into the graph
 * when the vector is added, in full precision, because there are no codes yet. This writer buffers
 * vectors until the flush, calibrates and writes them, and then builds graphs over the written
 * vectors, as in a merge. Flushes and merges compare vectors by the codes of {@link
 * GraphBuildReader}, and {@link GraphParameters} decide which segments get a graph.
 */
public final class QuantizedHnswVectorsWriter extends KnnVectorsWriter {

  private static final long SHALLOW_RAM_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(QuantizedHnswVectorsWriter.class);

  private final SegmentWriteState state;
  private final GraphParameters parameters;
  private final FlatVectorsFormat flatFormat;
  private final FlatVectorsWriter flatWriter;
  private final GraphFileWriter graphWriter;
  private final List<FieldInfo> fields = new ArrayList<>();
  private final List<FlatFieldVectorsWriter<?>> buffers = new ArrayList<>();

  /** Reader of the vectors that the flat writer wrote; null until the flat writer is finished. */
  private FlatVectorsReader written;

  private boolean flatFinished;
  private boolean flatClosed;
  private boolean finished;

  public QuantizedHnswVectorsWriter(
      SegmentWriteState state, GraphParameters parameters, FlatVectorsFormat flatFormat)
      throws IOException {
    this.state = state;
    this.parameters = parameters;
    this.flatFormat = flatFormat;
    this.flatWriter = flatFormat.fieldsWriter(state);
    try {
      this.graphWriter = new GraphFileWriter(state, parameters.m());
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, flatWriter);
      throw t;
    }
  }

  @Override
  public KnnFieldVectorsWriter<?> addField(FieldInfo fieldInfo) throws IOException {
    fields.add(fieldInfo);
    FlatFieldVectorsWriter<?> buffer = flatWriter.addField(fieldInfo);
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
    flatWriter.flush(maxDoc, sortMap);
    for (FieldInfo fieldInfo : fields) {
      writeGraph(fieldInfo, null);
    }
  }

  @Override
  public IORunnable mergeOneField(FieldInfo fieldInfo, MergeState mergeState) throws IOException {
    flatWriter.mergeOneFlatVectorField(fieldInfo, mergeState);
    return () -> writeGraph(fieldInfo, mergeState);
  }

  /**
   * @param fieldInfo the field
   * @param mergeState null for a flush
   */
  private void writeGraph(FieldInfo fieldInfo, MergeState mergeState) throws IOException {
    FlatVectorsReader reader = written();
    KnnVectorValues values =
        switch (fieldInfo.getVectorEncoding()) {
          case BYTE -> reader.getByteVectorValues(fieldInfo.name);
          case FLOAT32 -> reader.getFloatVectorValues(fieldInfo.name);
        };
    int count = values == null ? 0 : values.size();
    graphWriter.write(
        fieldInfo,
        count,
        parameters.wantsGraph(fieldInfo.getVectorEncoding(), count)
            ? build(fieldInfo, values, mergeState)
            : null);
  }

  private HeapGraph build(FieldInfo fieldInfo, KnnVectorValues values, MergeState mergeState)
      throws IOException {
    long start = System.nanoTime();
    RandomVectorScorerSupplier scorers =
        written
            .getFlatVectorScorer(fieldInfo.name)
            .getRandomVectorScorerSupplier(fieldInfo.getVectorSimilarityFunction(), values);
    GraphBuilder builder =
        new GraphBuilder(scorers, values.size(), parameters.m(), parameters.efConstruction());
    if (mergeState != null) {
      builder.merge(SourceGraphs.of(fieldInfo, mergeState, values, parameters.m()));
    }
    TaskExecutor executor = mergeState == null ? null : parameters.mergeThreads().of(mergeState);
    HeapGraph graph =
        executor == null
            ? builder.build()
            : builder.build(executor, parameters.mergeThreads().workers());
    InfoStream infoStream = state.infoStream;
    if (infoStream.isEnabled(INFO_COMPONENT)) {
      infoStream.message(
          INFO_COMPONENT,
          "built graph of "
              + values.size()
              + " vectors of field ["
              + fieldInfo.name
              + "] in "
              + (System.nanoTime() - start) / 1_000_000
              + " ms");
    }
    return graph;
  }

  /** Component name under which Lucene logs its own graphs. */
  private static final String INFO_COMPONENT = "HNSW";

  /** Finishes the vectors' files after all fields are written, and opens their reader. */
  private FlatVectorsReader written() throws IOException {
    if (written == null) {
      finishVectors();
      flatClosed = true;
      flatWriter.close();
      // In a flush, Lucene has not created the field infos yet.
      FieldInfos infos =
          state.fieldInfos == null
              ? new FieldInfos(fields.toArray(FieldInfo[]::new))
              : state.fieldInfos;
      written =
          new GraphBuildReader(
              flatFormat.fieldsReader(
                  new SegmentReadState(
                      state.directory,
                      state.segmentInfo,
                      infos,
                      state.context,
                      state.segmentSuffix)),
              state);
    }
    return written;
  }

  private void finishVectors() throws IOException {
    if (!flatFinished) {
      flatFinished = true;
      flatWriter.finish();
    }
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("writer is already finished");
    }
    finished = true;
    finishVectors();
    graphWriter.finish();
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(written, flatClosed ? null : flatWriter, graphWriter);
  }

  @Override
  public long ramBytesUsed() {
    long bytes = SHALLOW_RAM_BYTES;
    for (FlatFieldVectorsWriter<?> buffer : buffers) {
      bytes += buffer.ramBytesUsed();
    }
    return bytes;
  }
}
