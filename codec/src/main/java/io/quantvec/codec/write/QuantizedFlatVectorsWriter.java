/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.file.DataFile;
import io.quantvec.codec.file.FlatFiles;
import io.quantvec.codec.file.SegmentOutputs;
import io.quantvec.codec.records.FloatKernel;
import io.quantvec.codec.segment.FieldMetadataVersion;
import io.quantvec.codec.segment.FormatVersions;
import io.quantvec.codec.segment.QuantizedVectorsScorer;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
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
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;

/**
 * Writes the files of {@link io.quantvec.codec.QuantizedFlatVectorsFormat}. For each field, {@link
 * CalibrationPolicy} decides on the calibration, and {@link FieldWriter} encodes or copies the
 * vectors in one pass.
 */
public final class QuantizedFlatVectorsWriter extends FlatVectorsWriter {

  private static final long SHALLOW_RAM_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(QuantizedFlatVectorsWriter.class);

  /** Lucene's choice for its own flat vectors. */
  private static final int DIRECT_MONOTONIC_BLOCK_SHIFT = 16;

  private final SegmentWriteState state;
  private final QuantizationConfig config;
  private final MergeThreads mergeThreads;
  private final WriteContext context;
  private final FieldMetadataVersion version;
  private final IndexOutput meta;
  private final Map<DataFile, IndexOutput> data = new EnumMap<>(DataFile.class);
  private final List<BufferedVectors> fields = new ArrayList<>();
  private final CalibrationOutput calibrations;

  /** Writes fields of byte vectors, which are not quantized; null until there is one. */
  private Lucene99FlatVectorsWriter byteVectors;

  private boolean finished;

  public QuantizedFlatVectorsWriter(
      SegmentWriteState state,
      QuantizationConfig config,
      MergeThreads mergeThreads,
      WriteContext context,
      FormatVersions versions)
      throws IOException {
    super(QuantizedVectorsScorer.INSTANCE);
    this.state = state;
    this.config = config;
    this.mergeThreads = mergeThreads;
    this.context = context;
    this.version = versions.current();
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
    this.calibrations = new CalibrationOutput(data.get(DataFile.CALIBRATIONS));
  }

  private IndexOutput open(String extension, String role) throws IOException {
    return SegmentOutputs.create(state, extension, FlatFiles.codecName(role), version.number());
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
    FieldWriter writer =
        new FieldWriter(
            fieldInfo,
            policy(fieldInfo).forMerge(sources),
            data,
            mergeThreads.of(mergeState),
            mergeThreads.workers());
    writer.addAll(sources);
    finish(fieldInfo, writer, state.segmentInfo.maxDoc(), true);
  }

  /** Goes through a field's vectors in document order, as often as asked. */
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
    CalibrationDecision decision =
        policy(fieldInfo)
            .forFlush(
                () -> sample(fieldInfo, vectors),
                () -> context.inherited().find(state.segmentInfo.dir, fieldInfo, config));
    FieldWriter writer = new FieldWriter(fieldInfo, decision, data, null, 1);
    vectors.forEach(writer::encode);
    finish(fieldInfo, writer, maxDoc, false);
  }

  private void finish(FieldInfo fieldInfo, FieldWriter writer, int maxDoc, boolean merge)
      throws IOException {
    SegmentField written = writer.finish(calibrations);
    meta.writeInt(fieldInfo.number);
    version.write(written, meta);
    OrdToDocDISIReaderConfiguration.writeStoredMeta(
        DIRECT_MONOTONIC_BLOCK_SHIFT,
        meta,
        data.get(DataFile.CODES),
        written.vectors(),
        maxDoc,
        writer.docs());
    context.inherited().offer(state.segmentInfo.dir, fieldInfo.name, written);
    context.listener().written(state.segmentInfo.dir, fieldInfo.name, written, merge);
  }

  private static VectorSample sample(FieldInfo fieldInfo, VectorPass vectors) throws IOException {
    VectorSample sample = new VectorSample(fieldInfo.getVectorDimension());
    boolean cosine = fieldInfo.getVectorSimilarityFunction() == VectorSimilarityFunction.COSINE;
    vectors.forEach((doc, vector) -> sample.offer(cosine ? VectorMath.normalized(vector) : vector));
    return sample;
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
