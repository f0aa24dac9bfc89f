/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationSerializer;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.CodeErrors;
import io.quantvec.codec.encode.CopyEncoder;
import io.quantvec.codec.encode.EncodingBatch;
import io.quantvec.codec.encode.ErrorEncoder;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.file.DataFile;
import io.quantvec.codec.file.FlatFiles;
import io.quantvec.codec.file.SegmentOutputs;
import io.quantvec.codec.score.FloatKernel;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.CodeStatus;
import io.quantvec.codec.segment.FieldEntry;
import io.quantvec.codec.segment.InheritedCalibrations;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.QuantizedVectorsScorer;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.VectorMath;
import io.quantvec.codec.write.CalibrationPolicy.Choice;
import java.io.IOException;
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
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;
import org.apache.lucene.util.StringHelper;

/**
 * Writes the files of {@link io.quantvec.codec.QuantizedFlatVectorsFormat}. A field takes over the
 * calibration of other segments if that fits, or is calibrated on a sample of its vectors; then
 * every vector is encoded once and its code and rerank copy are written in one pass. A merge of
 * segments of one calibration encodes nothing: it copies records. So it does with copies of one
 * kind, whose calibration may stay where that of the codes changes.
 */
public final class QuantizedFlatVectorsWriter extends FlatVectorsWriter {

  private static final long SHALLOW_RAM_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(QuantizedFlatVectorsWriter.class);

  /** Lucene's own choice for its flat vectors. */
  private static final int DIRECT_MONOTONIC_BLOCK_SHIFT = 16;

  private final SegmentWriteState state;
  private final QuantizationConfig config;
  private final MergeThreads mergeThreads;
  private final VectorsWriteListener listener;
  private final IndexOutput meta;
  private final Map<DataFile, IndexOutput> data = new EnumMap<>(DataFile.class);
  private final List<BufferedVectors> fields = new ArrayList<>();
  private final Map<String, FieldEntry.Range> writtenCalibrations = new HashMap<>();

  /** Fields of bytes have nothing to quantize; null until one comes. */
  private Lucene99FlatVectorsWriter byteVectors;

  private boolean finished;

  public QuantizedFlatVectorsWriter(
      SegmentWriteState state,
      QuantizationConfig config,
      MergeThreads mergeThreads,
      VectorsWriteListener listener)
      throws IOException {
    super(QuantizedVectorsScorer.INSTANCE);
    this.state = state;
    this.config = config;
    this.mergeThreads = mergeThreads;
    this.listener = listener;
    IndexOutput metaOutput = null;
    try {
      metaOutput = open(FlatFiles.META_EXTENSION, "Meta");
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
    return SegmentOutputs.create(
        state, extension, FlatFiles.codecName(role), FlatFiles.VERSION_CURRENT);
  }

  private Lucene99FlatVectorsWriter byteVectors() throws IOException {
    if (byteVectors == null) {
      byteVectors = new Lucene99FlatVectorsWriter(state, FloatKernel.SCORER);
    }
    return byteVectors;
  }

  @Override
  public FlatFieldVectorsWriter<?> addField(FieldInfo fieldInfo) throws IOException {
    if (fieldInfo.getVectorEncoding() == VectorEncoding.BYTE) {
      return byteVectors().addField(fieldInfo);
    }
    checkStaticCalibration(fieldInfo);
    BufferedVectors field = new BufferedVectors(fieldInfo, config);
    fields.add(field);
    return field;
  }

  private CalibrationPolicy policy(FieldInfo fieldInfo) {
    return new CalibrationPolicy(config, fieldInfo.getVectorSimilarityFunction());
  }

  private void checkStaticCalibration(FieldInfo fieldInfo) {
    Calibration frozen = config.calibration().frozen();
    if (frozen != null && frozen.dimension() != fieldInfo.getVectorDimension()) {
      throw new IllegalArgumentException(
          "field \""
              + fieldInfo.name
              + "\" has "
              + fieldInfo.getVectorDimension()
              + " dimensions, its static calibration "
              + frozen.dimension());
    }
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
    checkStaticCalibration(fieldInfo);
    MergeSources sources = new MergeSources(fieldInfo, mergeState);
    Choice choice = policy(fieldInfo).forMerge(sources);
    FieldFiles files = new FieldFiles(fieldInfo, choice, mergeThreads.of(mergeState));
    sources.forEach(
        config, files.calibrationId, files.coding.copy(), files.copyCalibrationId, files::add);
    files.finish(state.segmentInfo.maxDoc(), true);
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
    InheritedCalibrations.Offered offered =
        InheritedCalibrations.find(
            state.segmentInfo.dir,
            fieldInfo.name,
            config,
            fieldInfo.getVectorSimilarityFunction(),
            fieldInfo.getVectorDimension());
    Choice choice = policy(fieldInfo).forFlush(offered, () -> sample(fieldInfo, vectors));
    FieldFiles files = new FieldFiles(fieldInfo, choice, null);
    vectors.forEach((doc, vector) -> files.encode(doc, vector, null));
    files.finish(maxDoc, false);
  }

  private static VectorSample sample(FieldInfo fieldInfo, VectorPass vectors) throws IOException {
    VectorSample sample = new VectorSample(fieldInfo.getVectorDimension());
    boolean cosine = fieldInfo.getVectorSimilarityFunction() == VectorSimilarityFunction.COSINE;
    vectors.forEach((doc, vector) -> sample.offer(cosine ? VectorMath.normalized(vector) : vector));
    return sample;
  }

  /** One field's part of the files, written in the order of documents. */
  private final class FieldFiles {

    private final FieldInfo fieldInfo;
    private final Choice choice;
    private final FieldCoding coding;

    /** Computed once, as it is a hash of the matrix; null without a calibration. */
    private final byte[] calibrationId;

    /** That of 8 bit copies; null if there are none. */
    private final byte[] copyCalibrationId;

    private final IndexOutput codes = data.get(DataFile.CODES);
    private final IndexOutput rerank = data.get(DataFile.RERANK);
    private final long codesStart;
    private final IndexOutput errorTerms = data.get(DataFile.ERRORS);
    private final long rerankStart;
    private final long errorsStart;
    private final DocsWithFieldSet docs = new DocsWithFieldSet();
    private final CodeErrors errors = new CodeErrors();
    private final byte[] record;
    private final byte[] copy;
    private final byte[] terms;
    private int copied;

    private final EncodingBatch waiting;

    /** Makes the copies of vectors whose codes are there already. */
    private final CopyEncoder copyEncoder;

    /** Measures such copies; null if there are no error terms. */
    private final ErrorEncoder errorEncoder;

    FieldFiles(FieldInfo fieldInfo, Choice choice, TaskExecutor executor) throws IOException {
      this.fieldInfo = fieldInfo;
      this.choice = choice;
      VectorSimilarityFunction similarity = fieldInfo.getVectorSimilarityFunction();
      Calibration calibration = choice.calibration();
      this.coding =
          FieldCoding.of(
              choice.config(),
              calibration,
              choice.copy(),
              fieldInfo.getVectorDimension(),
              similarity);
      this.calibrationId = calibration == null ? null : calibration.id();
      this.copyCalibrationId = choice.copy() == null ? null : choice.copy().id();
      this.waiting = new EncodingBatch(coding, executor, mergeThreads.workers());
      this.copyEncoder = new CopyEncoder(coding);
      this.errorEncoder = coding.newErrorEncoder();
      this.codesStart = codes.alignFilePointer(FlatFiles.ALIGNMENT);
      this.rerankStart = rerank.alignFilePointer(FlatFiles.ALIGNMENT);
      this.record = new byte[coding.layout().recordLength()];
      this.errorsStart = errorTerms.alignFilePointer(FlatFiles.ALIGNMENT);
      this.copy = new byte[coding.copy().recordLength()];
      this.terms = new byte[coding.copy().errorTerms().length()];
    }

    /**
     * @param finer its copy as it is to be; null if it is to be made
     */
    void encode(int doc, float[] vector, byte[] finer) throws IOException {
      if (waiting.add(doc, vector, finer)) {
        encodeWaiting();
      }
    }

    private void encodeWaiting() throws IOException {
      waiting.encode();
      for (int i = 0; i < waiting.size(); i++) {
        write(waiting.doc(i), waiting.record(i), waiting.copy(i), waiting.errors(i));
      }
      waiting.clear();
    }

    void add(MergeSources.MergedVector merged) throws IOException {
      errors.addValueError(merged.valueError(), 1);
      // Codes of one calibration mean the same in every segment, and so do copies: there is nothing
      // to encode.
      if (merged.hasCopy()) {
        ((QuantizedFloatVectorValues) merged.values()).readRerankBytes(merged.ord(), copy);
      }
      if (merged.hasCode()) {
        copyCode(merged);
      } else {
        encode(merged.doc(), merged.vector(), merged.hasCopy() ? copy : null);
      }
    }

    private void copyCode(MergeSources.MergedVector merged) throws IOException {
      encodeWaiting();
      QuantizedFloatVectorValues source = (QuantizedFloatVectorValues) merged.values();
      source.readRecord(merged.ord(), record);
      CodeStatus status = source.field().entry().status();
      errors.add(status.liveError(), status.clipRate(), 1);
      copied++;
      if (merged.hasCopy()) {
        // Copies of one kind have terms of one kind, or none.
        source.readErrorTerms(merged.ord(), terms);
      } else {
        float[] vector = merged.vector();
        float[] coded = coding.coded(vector);
        copyEncoder.encode(vector, coded, record, copy);
        if (errorEncoder != null) {
          errorEncoder.encode(coded, record, copy, terms);
        }
      }
      write(merged.doc(), record, copy, terms);
    }

    private void write(int doc, byte[] code, byte[] finer, byte[] errors) throws IOException {
      codes.writeBytes(code, code.length);
      rerank.writeBytes(finer, finer.length);
      errorTerms.writeBytes(errors, errors.length);
      docs.add(doc);
    }

    private CodeStatus status() {
      int count = docs.cardinality();
      int encoded = count - copied;
      if (encoded > 0) {
        waiting.addErrors(errors);
      }
      copyEncoder.addErrors(errors);
      if (choice.calibration() == null || count == 0) {
        // Every vector of the sources may have been deleted.
        return CodeStatus.uncalibrated(copied, errors.valueError(count));
      }
      CodeOrigin origin;
      if (copied > 0) {
        origin = encoded == 0 ? CodeOrigin.COPIED : CodeOrigin.PARTLY_COPIED;
      } else {
        origin =
            switch (choice.reason()) {
              case FITS, STATIC, KEPT -> CodeOrigin.INHERITED;
              case NONE, FIRST, GROWN, DRIFTED, RECONFIGURED -> CodeOrigin.LEARNED;
            };
      }
      return new CodeStatus(
          origin,
          choice.reason(),
          copied,
          errors.liveError(),
          errors.clipRate(),
          errors.valueError(count));
    }

    void finish(int maxDoc, boolean merge) throws IOException {
      encodeWaiting();
      long codesEnd = codes.getFilePointer();
      writeZeros(codes, RecordReader.READABLE_BEHIND);
      long rerankEnd = rerank.getFilePointer();
      long errorsEnd = errorTerms.getFilePointer();
      writeZeros(rerank, coding.copy().bytesBehind());
      int count = docs.cardinality();
      Calibration used = count == 0 ? null : choice.calibration();
      FieldEntry entry =
          new FieldEntry(
              fieldInfo.getVectorSimilarityFunction(),
              choice.config(),
              choice.budget(),
              coding.layout(),
              coding.copy(),
              count,
              status(),
              used == null ? null : writeOnce(used, calibrationId),
              used == null || choice.copy() == null
                  ? null
                  : writeOnce(choice.copy(), copyCalibrationId),
              new FieldEntry.Range(codesStart, codesEnd - codesStart),
              new FieldEntry.Range(rerankStart, rerankEnd - rerankStart),
              new FieldEntry.Range(errorsStart, errorsEnd - errorsStart),
              null);
      meta.writeInt(fieldInfo.number);
      entry.write(meta);
      OrdToDocDISIReaderConfiguration.writeStoredMeta(
          DIRECT_MONOTONIC_BLOCK_SHIFT, meta, codes, count, maxDoc, docs);
      if (used != null) {
        InheritedCalibrations.offer(
            state.segmentInfo.dir,
            fieldInfo.name,
            entry,
            used,
            choice.copy(),
            choice.reason() == CodeReason.DRIFTED);
      }
      listener.written(state.segmentInfo.dir, fieldInfo.name, entry.quantization(used), merge);
    }
  }

  private static void writeZeros(IndexOutput output, int count) throws IOException {
    output.writeBytes(new byte[count], count);
  }

  /** Fields that share a calibration share its bytes. */
  private FieldEntry.StoredCalibration writeOnce(Calibration calibration, byte[] id)
      throws IOException {
    String key = StringHelper.idToString(id);
    FieldEntry.Range range = writtenCalibrations.get(key);
    if (range == null) {
      IndexOutput out = data.get(DataFile.CALIBRATIONS);
      long start = out.getFilePointer();
      CalibrationSerializer.write(calibration, id, out);
      range = new FieldEntry.Range(start, out.getFilePointer() - start);
      writtenCalibrations.put(key, range);
    }
    return new FieldEntry.StoredCalibration(id, range);
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("finished already");
    }
    finished = true;
    meta.writeInt(FlatFiles.END_OF_FIELDS);
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
