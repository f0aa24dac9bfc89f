/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.BudgetChoice;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CopyLayout;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.file.Corruption;
import io.quantvec.codec.file.DocumentMap;
import io.quantvec.codec.segment.FieldLocations.Range;
import io.quantvec.codec.segment.FieldLocations.StoredCalibration;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/** Version 0 of a field's metadata, see {@link io.quantvec.codec.QuantizedFlatVectorsFormat}. */
final class FieldMetadataVersion0 implements FieldMetadataVersion {

  @Override
  public int number() {
    return 0;
  }

  @Override
  public void write(SegmentField field, IndexOutput meta) throws IOException {
    QuantizationConfig config = field.config();
    CodeLayout layout = field.layout();
    FieldLocations locations = field.locations();
    meta.writeByte(wireNumber(field.similarity()));
    meta.writeByte((byte) config.precision().wireNumber());
    meta.writeLong(Double.doubleToLongBits(config.bits()));
    BudgetChoice budget = field.provenance().budget();
    if (budget != null) {
      meta.writeLong(Double.doubleToLongBits(config.targetRecall()));
      meta.writeInt(Float.floatToIntBits(budget.expectedRecall()));
      meta.writeInt(budget.vectors());
    }
    meta.writeByte((byte) config.allocation().wireNumber());
    meta.writeByte((byte) config.rerank().wireNumber());
    writeCalibrationConfig(config.calibration(), meta);
    meta.writeByte((byte) layout.kind().wireNumber());
    meta.writeVInt(layout.dimension());
    meta.writeVInt(layout.codeLength());
    meta.writeByte((byte) layout.terms().wireNumber());
    meta.writeByte((byte) (field.coding().copy().hasLength() ? 1 : 0));
    meta.writeInt(field.vectors());
    meta.writeByte((byte) field.provenance().origin().wireNumber());
    meta.writeByte((byte) field.provenance().reason().wireNumber());
    meta.writeInt(field.provenance().copied());
    meta.writeInt(Float.floatToIntBits(field.fit().liveError()));
    meta.writeInt(Float.floatToIntBits(field.fit().clipRate()));
    meta.writeInt(Float.floatToIntBits(field.fit().valueError()));
    StoredCalibration.write(locations.calibration(), meta);
    StoredCalibration.write(locations.copyCalibration(), meta);
    locations.codes().write(meta);
    locations.rerankCopy().write(meta);
    locations.errorTerms().write(meta);
  }

  private static void writeCalibrationConfig(CalibrationConfig source, IndexOutput meta)
      throws IOException {
    meta.writeByte((byte) source.method().wireNumber());
    meta.writeLong(Double.doubleToLongBits(source.percentile()));
    meta.writeByte((byte) (source.isStatic() ? 1 : 0));
    if (source.isStatic()) {
      byte[] id = source.frozenId();
      meta.writeBytes(id, id.length);
    }
  }

  private static CalibrationConfig readCalibrationConfig(IndexInput meta) throws IOException {
    ScaleMethod method = ScaleMethod.fromWireNumber(meta.readByte());
    double percentile = Double.longBitsToDouble(meta.readLong());
    byte[] frozenId = null;
    if (meta.readByte() != 0) {
      frozenId = new byte[Calibration.ID_LENGTH];
      meta.readBytes(frozenId, 0, frozenId.length);
    }
    return CalibrationConfig.stored(method, percentile, frozenId);
  }

  @Override
  public SegmentField read(
      IndexInput meta, FieldInfo info, int maxDoc, CalibrationFile calibrations)
      throws IOException {
    try {
      return readChecked(meta, info, maxDoc, calibrations);
    } catch (IOException | RuntimeException e) {
      throw Corruption.of(e, "field \"" + info.name + "\"", meta);
    }
  }

  private static SegmentField readChecked(
      IndexInput meta, FieldInfo info, int maxDoc, CalibrationFile calibrations)
      throws IOException {
    if (info.getVectorDimension() == 0 || info.getVectorEncoding() != VectorEncoding.FLOAT32) {
      throw new CorruptIndexException(
          "field \"" + info.name + "\": expected no vectors of floats, found metadata of some",
          meta);
    }
    VectorSimilarityFunction similarity = similarityOf(meta.readByte());
    Precision precision = Precision.fromWireNumber(meta.readByte());
    double bits = Double.longBitsToDouble(meta.readLong());
    double targetRecall = Double.NaN;
    BudgetChoice budget = null;
    if (precision == Precision.AUTO) {
      targetRecall = Double.longBitsToDouble(meta.readLong());
      budget = new BudgetChoice(Float.intBitsToFloat(meta.readInt()), meta.readInt());
    }
    Allocation allocation = Allocation.fromWireNumber(meta.readByte());
    RerankPrecision rerank = RerankPrecision.fromWireNumber(meta.readByte());
    QuantizationConfig config =
        new QuantizationConfig(
            precision, bits, allocation, rerank, readCalibrationConfig(meta), targetRecall);
    CodeLayout.Kind kind = CodeLayout.Kind.fromWireNumber(meta.readByte());
    int dimension = meta.readVInt();
    expect(meta, info, "dimension", info.getVectorDimension(), dimension);
    if (similarity != info.getVectorSimilarityFunction()) {
      throw new CorruptIndexException(
          "field \""
              + info.name
              + "\": expected similarity "
              + info.getVectorSimilarityFunction()
              + ", found "
              + similarity,
          meta);
    }
    CodeLayout layout =
        new CodeLayout(
            kind, dimension, meta.readVInt(), CorrectionTerms.fromWireNumber(meta.readByte()));
    CopyLayout copy = new CopyLayout(config.storedCopy(), dimension, meta.readByte() != 0);
    int count = meta.readInt();
    if (count < 0) {
      throw new CorruptIndexException(
          "field \"" + info.name + "\": expected a number of vectors, found " + count, meta);
    }
    CodeProvenance provenance =
        new CodeProvenance(
            CodeOrigin.fromWireNumber(meta.readByte()),
            CodeReason.fromWireNumber(meta.readByte()),
            meta.readInt(),
            budget);
    CodeFit fit =
        new CodeFit(
            Float.intBitsToFloat(meta.readInt()),
            Float.intBitsToFloat(meta.readInt()),
            Float.intBitsToFloat(meta.readInt()));
    if (provenance.copied() < 0 || provenance.copied() > count) {
      throw new CorruptIndexException(
          "field \""
              + info.name
              + "\": expected 0 to "
              + count
              + " copied codes, found "
              + provenance.copied(),
          meta);
    }
    StoredCalibration calibration = StoredCalibration.read(meta);
    StoredCalibration copyCalibration = StoredCalibration.read(meta);
    boolean needsCalibration = count > 0 && kind != CodeLayout.Kind.HALVES;
    if (needsCalibration != (calibration != null)) {
      throw new CorruptIndexException(
          "field \""
              + info.name
              + "\": "
              + count
              + " codes of kind "
              + kind
              + (needsCalibration ? " need a calibration" : " have no calibration"),
          meta);
    }
    boolean ofBytes = count > 0 && copy.kind() == RerankPrecision.INT8;
    if (ofBytes != (copyCalibration != null)) {
      throw new CorruptIndexException(
          "field \""
              + info.name
              + "\": "
              + count
              + " copies of kind "
              + copy.kind()
              + (ofBytes ? " need a calibration" : " have no calibration"),
          meta);
    }
    Range codes = Range.read(meta);
    expect(meta, info, "bytes of codes", (long) count * layout.recordLength(), codes.length());
    Range rerankCopy = Range.read(meta);
    expect(
        meta,
        info,
        "bytes of the rerank copy",
        (long) count * copy.recordLength(),
        rerankCopy.length());
    Range errorTerms = Range.read(meta);
    expect(
        meta,
        info,
        "bytes of error terms",
        (long) count * copy.errorTerms().length(),
        errorTerms.length());
    DocumentMap documents = DocumentMap.read(meta, info.name, count, maxDoc);
    FieldCoding coding =
        FieldCoding.of(
            similarity,
            layout,
            calibrations.read(info.name, layout, calibration),
            copy,
            calibrations.read(info.name, CopyLayout.int8(dimension), copyCalibration));
    CopyLayout expected = CopyLayout.of(config, dimension, similarity, coding.isLossless());
    if (count > 0 && !copy.equals(expected)) {
      throw new CorruptIndexException(
          "field \"" + info.name + "\": expected " + expected + ", found " + copy, meta);
    }
    return new SegmentField(
        config,
        coding,
        count,
        provenance,
        fit,
        new FieldLocations(calibration, copyCalibration, codes, rerankCopy, errorTerms, documents));
  }

  private static void expect(
      IndexInput meta, FieldInfo info, String what, long expected, long found)
      throws CorruptIndexException {
    if (expected != found) {
      throw new CorruptIndexException(
          "field \"" + info.name + "\": expected " + what + " " + expected + ", found " + found,
          meta);
    }
  }

  private static byte wireNumber(VectorSimilarityFunction similarity) {
    return switch (similarity) {
      case EUCLIDEAN -> 0;
      case DOT_PRODUCT -> 1;
      case COSINE -> 2;
      case MAXIMUM_INNER_PRODUCT -> 3;
    };
  }

  private static VectorSimilarityFunction similarityOf(int wireNumber) {
    return Arrays.stream(VectorSimilarityFunction.values())
        .filter(similarity -> wireNumber(similarity) == wireNumber)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException("unknown wire number of a similarity: " + wireNumber));
  }
}
