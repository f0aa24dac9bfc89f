/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.RamUsageEstimator;

/**
 * Writes Lucene's HNSW graph on top of {@link QuantizedFlatVectorsFormat}. Lucene's own writer
 * builds the graph of a flush vector by vector as they are added, in full precision, for there are
 * no codes yet. Here vectors only wait for the flush; then they are calibrated and written, and the
 * graph is built in the way of a merge, which is what Lucene's writer is told it is: one of no
 * sources. Both compare vectors by the codes of {@link GraphBuildReader}.
 *
 * <p>Fields of bytes have no codes, and take the ordinary way.
 */
final class QuantizedHnswVectorsWriter extends KnnVectorsWriter {

  private static final long SHALLOW_RAM_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(QuantizedHnswVectorsWriter.class);

  private final FlatVectorsWriter flatWriter;
  private final Lucene99HnswVectorsWriter graphWriter;
  private final MergeState flushState;
  private final List<FieldInfo> fields = new ArrayList<>();
  private final List<FlatFieldVectorsWriter<?>> buffers = new ArrayList<>();

  QuantizedHnswVectorsWriter(
      SegmentWriteState state,
      int m,
      int efConstruction,
      FlatVectorsFormat flatFormat,
      int mergeWorkers,
      TaskExecutor mergeExecutor,
      int tinySegmentsThreshold)
      throws IOException {
    this.flushState = mergeOfNothing(state);
    this.flatWriter = flatFormat.fieldsWriter(state);
    // If this fails, it closes the writer that it was given.
    this.graphWriter =
        new Lucene99HnswVectorsWriter(
            state,
            m,
            efConstruction,
            new ReadWhileWritten(flatFormat, state),
            new FlushedOrMerged(),
            mergeWorkers,
            mergeExecutor,
            tinySegmentsThreshold);
  }

  private static MergeState mergeOfNothing(SegmentWriteState state) {
    return new MergeState(
        new MergeState.DocMap[0],
        state.segmentInfo,
        state.fieldInfos,
        null,
        null,
        null,
        null,
        new FieldInfos[0],
        new Bits[0],
        null,
        null,
        new KnnVectorsReader[0],
        new int[0],
        state.infoStream,
        null,
        false,
        null);
  }

  @Override
  public KnnFieldVectorsWriter<?> addField(FieldInfo fieldInfo) throws IOException {
    fields.add(fieldInfo);
    if (fieldInfo.getVectorEncoding() == VectorEncoding.BYTE) {
      return graphWriter.addField(fieldInfo);
    }
    FlatFieldVectorsWriter<?> buffer = flatWriter.addField(fieldInfo);
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
    // Writes the vectors of all fields, and the graphs of those of bytes.
    graphWriter.flush(maxDoc, sortMap);
    List<IORunnable> graphs = new ArrayList<>();
    for (FieldInfo fieldInfo : fields) {
      if (fieldInfo.getVectorEncoding() == VectorEncoding.FLOAT32) {
        graphs.add(graphWriter.mergeOneField(fieldInfo, flushState));
      }
    }
    for (IORunnable graph : graphs) {
      graph.run();
    }
  }

  @Override
  public IORunnable mergeOneField(FieldInfo fieldInfo, MergeState mergeState) throws IOException {
    return graphWriter.mergeOneField(fieldInfo, mergeState);
  }

  @Override
  public void finish() throws IOException {
    graphWriter.finish();
  }

  @Override
  public void close() throws IOException {
    graphWriter.close();
  }

  @Override
  public long ramBytesUsed() {
    long bytes = SHALLOW_RAM_BYTES + graphWriter.ramBytesUsed();
    for (FlatFieldVectorsWriter<?> buffer : buffers) {
      bytes += buffer.ramBytesUsed();
    }
    return bytes;
  }

  /** The flat writer, of which a flush's vectors are not wanted twice. */
  private final class FlushedOrMerged extends FlatVectorsWriter {

    FlushedOrMerged() {
      super(flatWriter.getFlatVectorScorer());
    }

    @Override
    public FlatFieldVectorsWriter<?> addField(FieldInfo fieldInfo) throws IOException {
      return flatWriter.addField(fieldInfo);
    }

    @Override
    public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
      flatWriter.flush(maxDoc, sortMap);
    }

    @Override
    public void mergeOneFlatVectorField(FieldInfo fieldInfo, MergeState mergeState)
        throws IOException {
      if (mergeState != flushState) {
        flatWriter.mergeOneFlatVectorField(fieldInfo, mergeState);
      }
    }

    @Override
    public void finish() throws IOException {
      flatWriter.finish();
    }

    @Override
    public void close() throws IOException {
      flatWriter.close();
    }

    @Override
    public long ramBytesUsed() {
      // Buffers are counted where they were added.
      return 0;
    }
  }

  /**
   * The flat format, read to build graphs, and before Lucene has put together the list of fields.
   */
  private final class ReadWhileWritten extends FlatVectorsFormat {

    private final FlatVectorsFormat format;
    private final SegmentWriteState writeState;

    ReadWhileWritten(FlatVectorsFormat format, SegmentWriteState writeState) {
      super(format.getName());
      this.format = format;
      this.writeState = writeState;
    }

    @Override
    public FlatVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return format.fieldsWriter(state);
    }

    @Override
    public FlatVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      FieldInfos infos =
          state.fieldInfos == null
              ? new FieldInfos(fields.toArray(FieldInfo[]::new))
              : state.fieldInfos;
      return new GraphBuildReader(
          format.fieldsReader(
              new SegmentReadState(
                  state.directory, state.segmentInfo, infos, state.context, state.segmentSuffix)),
          writeState);
    }
  }
}
