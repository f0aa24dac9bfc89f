/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.DriftTest;
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
import io.quantvec.codec.file.Corruption;
import io.quantvec.codec.file.DocumentMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * What the metadata file says of one field, see {@link
 * io.quantvec.codec.QuantizedFlatVectorsFormat}.
 *
 * @param config how the field was written
 * @param budget what the budget was chosen for; null unless it was chosen
 * @param status how its codes came about and how they fit
 * @param copy what stands in the file of rerank copies
 * @param calibration null if the field has none
 * @param copyCalibration that of 8 bit copies; null if there are none
 * @param documents how ordinals map to documents; null while writing
 */
public record FieldEntry(
    VectorSimilarityFunction similarity,
    QuantizationConfig config,
    BudgetChoice budget,
    CodeLayout layout,
    CopyLayout copy,
    int count,
    CodeStatus status,
    StoredCalibration calibration,
    StoredCalibration copyCalibration,
    Range codes,
    Range rerankCopy,
    Range errorTerms,
    DocumentMap documents) {

  /** Some bytes of a file. */
  public record Range(long offset, long length) {

    public void write(IndexOutput out) throws IOException {
      out.writeVLong(offset);
      out.writeVLong(length);
    }

    static Range read(IndexInput in) throws IOException {
      return new Range(in.readVLong(), in.readVLong());
    }
  }

  /**
   * Where a calibration stands.
   *
   * @param range its bytes in the file of calibrations
   */
  public record StoredCalibration(byte[] id, Range range) {

    static void write(StoredCalibration calibration, IndexOutput out) throws IOException {
      out.writeByte((byte) (calibration == null ? 0 : 1));
      if (calibration != null) {
        out.writeBytes(calibration.id, calibration.id.length);
        calibration.range.write(out);
      }
    }

    /** Null if there is none. */
    static StoredCalibration read(IndexInput in) throws IOException {
      if (in.readByte() == 0) {
        return null;
      }
      byte[] id = new byte[Calibration.ID_LENGTH];
      in.readBytes(id, 0, id.length);
      return new StoredCalibration(id, Range.read(in));
    }
  }

  /** Null if the field has no calibration. */
  public byte[] calibrationId() {
    return calibration == null ? null : calibration.id;
  }

  /** Null if there are no 8 bit copies. */
  public byte[] copyCalibrationId() {
    return copyCalibration == null ? null : copyCalibration.id;
  }

  /**
   * What the segment says of its codes.
   *
   * @param codes their calibration; null if there is none
   */
  public FieldQuantization quantization(Calibration codes) {
    return new FieldQuantization(
        config,
        budget,
        count,
        layout.recordLength(),
        copy.kind(),
        copy.recordLength(),
        copy.errorTerms().length(),
        codes,
        codes == null ? null : HexFormat.of().formatHex(calibrationId()),
        status.origin(),
        status.reason(),
        status.copied(),
        status.liveError(),
        status.clipRate(),
        codes == null ? Float.NaN : (float) DriftTest.ratio(codes, status.liveError()),
        status.valueError());
  }

  /** Writes all but the field's number, which stands before it, and the ordinals, behind it. */
  public void write(IndexOutput meta) throws IOException {
    meta.writeByte(wireNumber(similarity));
    meta.writeByte((byte) config.precision().wireNumber());
    meta.writeLong(Double.doubleToLongBits(config.bits()));
    if (budget != null) {
      meta.writeLong(Double.doubleToLongBits(config.targetRecall()));
      meta.writeInt(Float.floatToIntBits(budget.expectedRecall()));
      meta.writeInt(budget.vectors());
    }
    meta.writeByte((byte) config.allocation().wireNumber());
    meta.writeByte((byte) config.rerank().wireNumber());
    writeCalibrationConfig(meta);
    meta.writeByte((byte) layout.kind().wireNumber());
    meta.writeVInt(layout.dimension());
    meta.writeVInt(layout.codeLength());
    meta.writeByte((byte) layout.terms().wireNumber());
    meta.writeByte((byte) (copy.hasLength() ? 1 : 0));
    meta.writeInt(count);
    status.write(meta);
    StoredCalibration.write(calibration, meta);
    StoredCalibration.write(copyCalibration, meta);
    codes.write(meta);
    rerankCopy.write(meta);
    errorTerms.write(meta);
  }

  private void writeCalibrationConfig(IndexOutput meta) throws IOException {
    CalibrationConfig source = config.calibration();
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

  /**
   * Reads what {@link #write} and the map of ordinals behind it say.
   *
   * @param meta on the heap: nothing but damage can keep it from being read
   * @param info of the field whose number was read
   * @param maxDoc documents of the segment
   * @throws CorruptIndexException if it cannot be what was written
   */
  static FieldEntry read(IndexInput meta, FieldInfo info, int maxDoc) throws IOException {
    try {
      return readChecked(meta, info, maxDoc);
    } catch (IOException | RuntimeException e) {
      throw Corruption.of(e, "field \"" + info.name + "\"", meta);
    }
  }

  private static FieldEntry readChecked(IndexInput meta, FieldInfo info, int maxDoc)
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
    CodeStatus status = CodeStatus.read(meta);
    if (status.copied() < 0 || status.copied() > count) {
      throw new CorruptIndexException(
          "field \""
              + info.name
              + "\": expected 0 to "
              + count
              + " copied codes, found "
              + status.copied(),
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
    return new FieldEntry(
        similarity,
        config,
        budget,
        layout,
        copy,
        count,
        status,
        calibration,
        copyCalibration,
        codes,
        rerankCopy,
        errorTerms,
        DocumentMap.read(meta, info.name, count, maxDoc));
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
