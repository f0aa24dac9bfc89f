/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.QuantizedFlatVectorsFormat.DataFile;
import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.code.CodeLayout;
import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.code.HalfFloats;
import io.quantvec.codec.code.VectorEncoder;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsWriter;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;
import org.apache.lucene.util.StringHelper;

/**
 * Writes the files of {@link QuantizedFlatVectorsFormat}. A field takes over the calibration of
 * other segments if that fits, or is calibrated on a sample of its vectors; then every vector is
 * encoded once and its code and rerank copy are written in one pass. A merge of segments of one
 * calibration encodes nothing: it copies records.
 */
final class QuantizedFlatVectorsWriter extends FlatVectorsWriter {

  private static final long SHALLOW_RAM_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(QuantizedFlatVectorsWriter.class);

  /** Lucene's own choice for its flat vectors. */
  private static final int DIRECT_MONOTONIC_BLOCK_SHIFT = 16;

  /** A cache line, and the alignment that Lucene gives its floats. */
  private static final int ALIGNMENT = 64;

  private final SegmentWriteState state;
  private final QuantizationConfig config;
  private final CalibrationPolicy policy;
  private final IndexOutput meta;
  private final Map<DataFile, IndexOutput> data = new EnumMap<>(DataFile.class);
  private final List<BufferedVectors> fields = new ArrayList<>();
  private final Map<String, FieldEntry.Range> writtenCalibrations = new HashMap<>();

  /** Fields of bytes have nothing to quantize; null until one comes. */
  private Lucene99FlatVectorsWriter byteVectors;

  private boolean finished;

  QuantizedFlatVectorsWriter(SegmentWriteState state, QuantizationConfig config)
      throws IOException {
    super(QuantizedVectorsScorer.INSTANCE);
    this.state = state;
    this.config = config;
    this.policy = new CalibrationPolicy(config);
    IndexOutput metaOutput = null;
    try {
      metaOutput = open(QuantizedFlatVectorsFormat.META_EXTENSION, "Meta");
      for (DataFile file : DataFile.values()) {
        data.put(file, open(file.extension(), file.name()));
      }
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, metaOutput);
      IOUtils.closeWhileSuppressingExceptions(t, data.values());
      throw t;
    }
    this.meta = metaOutput;
  }

  private IndexOutput open(String extension, String role) throws IOException {
    String name =
        IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension);
    IndexOutput output = state.directory.createOutput(name, state.context);
    try {
      CodecUtil.writeIndexHeader(
          output,
          QuantizedFlatVectorsFormat.codecName(role),
          QuantizedFlatVectorsFormat.VERSION_CURRENT,
          state.segmentInfo.getId(),
          state.segmentSuffix);
      return output;
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, output);
      throw t;
    }
  }

  private Lucene99FlatVectorsWriter byteVectors() throws IOException {
    if (byteVectors == null) {
      byteVectors =
          new Lucene99FlatVectorsWriter(state, QuantizedVectorsScorer.FULL_PRECISION_SCORER);
    }
    return byteVectors;
  }

  @Override
  public FlatFieldVectorsWriter<?> addField(FieldInfo fieldInfo) throws IOException {
    if (fieldInfo.getVectorEncoding() == VectorEncoding.BYTE) {
      return byteVectors().addField(fieldInfo);
    }
    BufferedVectors field = new BufferedVectors(fieldInfo, config.precision());
    fields.add(field);
    return field;
  }

  @Override
  public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
    for (BufferedVectors field : fields) {
      if (sortMap == null) {
        flush(
            field.fieldInfo(), maxDoc, pass(field.getVectors(), null, field.getDocsWithFieldSet()));
      } else {
        int[] newToOld = new int[field.getVectors().size()];
        DocsWithFieldSet sortedDocs = new DocsWithFieldSet();
        mapOldOrdToNewOrd(field.getDocsWithFieldSet(), sortMap, null, newToOld, sortedDocs);
        flush(field.fieldInfo(), maxDoc, pass(field.getVectors(), newToOld, sortedDocs));
      }
      field.finish();
    }
    if (byteVectors != null) {
      byteVectors.flush(maxDoc, sortMap);
    }
  }

  @Override
  public void mergeOneFlatVectorField(FieldInfo fieldInfo, MergeState mergeState)
      throws IOException {
    if (fieldInfo.getVectorEncoding() == VectorEncoding.BYTE) {
      byteVectors().mergeOneFlatVectorField(fieldInfo, mergeState);
      return;
    }
    MergeSources sources = new MergeSources(fieldInfo, mergeState);
    if (sources.shareCodes(config)
        && !sources.drifted()
        && policy.isWorthKeeping(sources.any(), sources.vectors())) {
      copy(fieldInfo, sources);
      return;
    }
    VectorPass vectors =
        visitor -> {
          FloatVectorValues merged =
              MergedVectorValues.mergeFloatVectorValues(fieldInfo, mergeState);
          KnnVectorValues.DocIndexIterator iterator = merged.iterator();
          for (int doc = iterator.nextDoc();
              doc != DocIdSetIterator.NO_MORE_DOCS;
              doc = iterator.nextDoc()) {
            visitor.visit(doc, merged.vectorValue(iterator.index()));
          }
        };
    write(fieldInfo, state.segmentInfo.maxDoc(), vectors, sources.largest(config));
  }

  /** Codes of one calibration mean the same in every segment: there is nothing to encode. */
  private void copy(FieldInfo fieldInfo, MergeSources sources) throws IOException {
    QuantizedField first = sources.any();
    CodeLayout layout = first.entry().layout();
    FieldFiles files = new FieldFiles(layout);
    byte[] record = new byte[layout.recordLength()];
    byte[] floats = new byte[layout.dimension() * Float.BYTES];
    sources.forEach(
        (doc, values, ord) -> {
          values.readRecord(ord, record);
          values.readRerankBytes(ord, floats);
          files.add(doc, record, floats);
        });
    Calibration calibration = first.space() == null ? null : first.space().calibration();
    CodeOrigin origin = calibration == null ? CodeOrigin.UNCALIBRATED : CodeOrigin.COPIED;
    files.finish(fieldInfo, state.segmentInfo.maxDoc(), calibration, origin, sources.liveError());
  }

  /** Something that can go through a field's vectors again and again, in document order. */
  @FunctionalInterface
  private interface VectorPass {
    void forEach(VectorVisitor visitor) throws IOException;
  }

  @FunctionalInterface
  private interface VectorVisitor {
    void visit(int doc, float[] vector) throws IOException;
  }

  private static VectorPass pass(List<float[]> vectors, int[] newToOld, DocsWithFieldSet docs) {
    return visitor -> {
      DocIdSetIterator iterator = docs.iterator();
      for (int ord = 0; ord < vectors.size(); ord++) {
        visitor.visit(iterator.nextDoc(), vectors.get(newToOld == null ? ord : newToOld[ord]));
      }
    };
  }

  private void flush(FieldInfo fieldInfo, int maxDoc, VectorPass vectors) throws IOException {
    Calibration inherited =
        CalibrationRegistry.find(
            state.segmentInfo.dir,
            fieldInfo.name,
            config,
            fieldInfo.getVectorSimilarityFunction(),
            fieldInfo.getVectorDimension());
    write(fieldInfo, maxDoc, vectors, inherited);
  }

  /**
   * @param candidate a calibration that other segments use; null for none
   */
  private void write(FieldInfo fieldInfo, int maxDoc, VectorPass vectors, Calibration candidate)
      throws IOException {
    int dimension = fieldInfo.getVectorDimension();
    VectorSimilarityFunction similarity = fieldInfo.getVectorSimilarityFunction();
    boolean cosine = similarity == VectorSimilarityFunction.COSINE;

    Calibration calibration = calibrate(dimension, cosine, vectors, candidate);
    CodeLayout layout = CodeLayouts.of(config, calibration, dimension);
    VectorEncoder encoder =
        calibration == null
            ? null
            : new VectorEncoder(
                new CodeSpace(layout, calibration),
                similarity == VectorSimilarityFunction.EUCLIDEAN);

    FieldFiles files = new FieldFiles(layout);
    byte[] record = new byte[layout.recordLength()];
    ByteBuffer floats = ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vectors.forEach(
        (doc, vector) -> {
          float[] unit = cosine ? CodeScorer.normalized(vector) : vector;
          if (encoder == null) {
            // What is added was checked; a merge may bring more from another precision, which the
            // rerank copy keeps exactly.
            HalfFloats.encodeSaturated(unit, record);
          } else {
            encoder.encode(unit, record);
          }
          floats.asFloatBuffer().put(vector);
          files.add(doc, record, floats.array());
        });
    CodeOrigin origin =
        calibration == null
            ? CodeOrigin.UNCALIBRATED
            : calibration == candidate ? CodeOrigin.INHERITED : CodeOrigin.LEARNED;
    files.finish(fieldInfo, maxDoc, calibration, origin, encoder == null ? 0 : encoder.liveError());
  }

  /** Null where there is nothing to calibrate: no vectors, or half floats. */
  private Calibration calibrate(
      int dimension, boolean cosine, VectorPass vectors, Calibration candidate) throws IOException {
    if (config.precision() == Precision.FP16) {
      return null;
    }
    VectorSample sample = new VectorSample(dimension);
    vectors.forEach((doc, vector) -> sample.offer(cosine ? CodeScorer.normalized(vector) : vector));
    return sample.vectors().isEmpty()
        ? null
        : CalibrationRegistry.intern(policy.choose(candidate, sample));
  }

  /** One field's part of the files, written in the order of documents. */
  private final class FieldFiles {

    private final CodeLayout layout;
    private final IndexOutput codes = data.get(DataFile.CODES);
    private final IndexOutput rerank = data.get(DataFile.RERANK);
    private final long codesStart;
    private final long rerankStart;
    private final DocsWithFieldSet docs = new DocsWithFieldSet();

    FieldFiles(CodeLayout layout) throws IOException {
      this.layout = layout;
      this.codesStart = codes.alignFilePointer(ALIGNMENT);
      this.rerankStart = rerank.alignFilePointer(ALIGNMENT);
    }

    void add(int doc, byte[] record, byte[] floats) throws IOException {
      codes.writeBytes(record, record.length);
      rerank.writeBytes(floats, floats.length);
      docs.add(doc);
    }

    void finish(
        FieldInfo fieldInfo,
        int maxDoc,
        Calibration calibration,
        CodeOrigin origin,
        float liveError)
        throws IOException {
      long codesEnd = codes.getFilePointer();
      for (int i = 0; i < RecordReader.READABLE_BEHIND; i++) {
        codes.writeByte((byte) 0);
      }
      int count = docs.cardinality();
      // Every vector of the sources may have been deleted.
      Calibration used = count == 0 ? null : calibration;
      byte[] id = used == null ? null : used.id();
      FieldEntry entry =
          new FieldEntry(
              fieldInfo.getVectorSimilarityFunction(),
              config,
              layout,
              count,
              used == null ? CodeOrigin.UNCALIBRATED : origin,
              liveError,
              id,
              used == null ? FieldEntry.Range.NONE : writeOnce(used, id),
              new FieldEntry.Range(codesStart, codesEnd - codesStart),
              new FieldEntry.Range(rerankStart, rerank.getFilePointer() - rerankStart),
              null);
      meta.writeInt(fieldInfo.number);
      entry.write(meta);
      OrdToDocDISIReaderConfiguration.writeStoredMeta(
          DIRECT_MONOTONIC_BLOCK_SHIFT, meta, codes, count, maxDoc, docs);
      if (used != null) {
        CalibrationRegistry.offer(
            state.segmentInfo.dir,
            fieldInfo.name,
            config,
            fieldInfo.getVectorSimilarityFunction(),
            used,
            count);
      }
    }
  }

  /** Fields that share a calibration share its bytes. */
  private FieldEntry.Range writeOnce(Calibration calibration, byte[] id) throws IOException {
    String key = StringHelper.idToString(id);
    FieldEntry.Range range = writtenCalibrations.get(key);
    if (range == null) {
      IndexOutput out = data.get(DataFile.CALIBRATIONS);
      long start = out.getFilePointer();
      CalibrationSerializer.write(calibration, id, out);
      range = new FieldEntry.Range(start, out.getFilePointer() - start);
      writtenCalibrations.put(key, range);
    }
    return range;
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("finished already");
    }
    finished = true;
    meta.writeInt(QuantizedFlatVectorsFormat.END_OF_FIELDS);
    meta.writeByte((byte) (byteVectors == null ? 0 : 1));
    CodecUtil.writeFooter(meta);
    for (IndexOutput output : data.values()) {
      CodecUtil.writeFooter(output);
    }
    if (byteVectors != null) {
      byteVectors.finish();
    }
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(meta, byteVectors, () -> IOUtils.close(data.values()));
  }

  @Override
  public long ramBytesUsed() {
    long bytes = SHALLOW_RAM_BYTES;
    for (BufferedVectors field : fields) {
      bytes += field.ramBytesUsed();
    }
    return byteVectors == null ? bytes : bytes + byteVectors.ramBytesUsed();
  }
}
