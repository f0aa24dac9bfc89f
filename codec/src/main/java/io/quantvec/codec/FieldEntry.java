/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.code.CodeLayout;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * What the metadata file says of one field, see {@link QuantizedFlatVectorsFormat}.
 *
 * @param config how the field was written
 * @param origin how its codes came about
 * @param liveError root mean square of what the codes lose of a vector's direction, measured on
 *     these vectors; NaN where there are none, and 0 for half floats
 * @param calibrationId null if the field has no calibration
 * @param ordToDoc how ordinals map to documents; null while writing
 */
record FieldEntry(
    VectorSimilarityFunction similarity,
    QuantizationConfig config,
    CodeLayout layout,
    int count,
    CodeOrigin origin,
    float liveError,
    byte[] calibrationId,
    Range calibration,
    Range codes,
    Range rerankCopy,
    OrdToDocDISIReaderConfiguration ordToDoc) {

  /** Some bytes of a file. */
  record Range(long offset, long length) {

    static final Range NONE = new Range(0, 0);

    void write(IndexOutput out) throws IOException {
      out.writeVLong(offset);
      out.writeVLong(length);
    }

    static Range read(IndexInput in) throws IOException {
      return new Range(in.readVLong(), in.readVLong());
    }
  }

  /** Writes all but the field's number, which stands before it, and the ordinals, behind it. */
  void write(IndexOutput meta) throws IOException {
    meta.writeByte(wireNumber(similarity));
    meta.writeByte((byte) config.precision().wireNumber());
    meta.writeLong(Double.doubleToLongBits(config.bits()));
    meta.writeByte((byte) config.allocation().wireNumber());
    meta.writeByte((byte) config.rerank().wireNumber());
    meta.writeByte((byte) layout.kind().wireNumber());
    meta.writeVInt(layout.dimension());
    meta.writeVInt(layout.codeLength());
    meta.writeInt(count);
    meta.writeByte((byte) origin.wireNumber());
    meta.writeInt(Float.floatToIntBits(liveError));
    meta.writeByte((byte) (calibrationId == null ? 0 : 1));
    if (calibrationId != null) {
      meta.writeBytes(calibrationId, calibrationId.length);
      calibration.write(meta);
    }
    codes.write(meta);
    rerankCopy.write(meta);
  }

  static FieldEntry read(IndexInput meta, FieldInfo info) throws IOException {
    try {
      return readChecked(meta, info);
    } catch (IllegalArgumentException e) {
      throw new CorruptIndexException("field \"" + info.name + "\": " + e.getMessage(), meta, e);
    }
  }

  private static FieldEntry readChecked(IndexInput meta, FieldInfo info) throws IOException {
    VectorSimilarityFunction similarity = similarityOf(meta.readByte());
    Precision precision = Precision.fromWireNumber(meta.readByte());
    double bits = Double.longBitsToDouble(meta.readLong());
    Allocation allocation = Allocation.fromWireNumber(meta.readByte());
    RerankPrecision rerank = RerankPrecision.fromWireNumber(meta.readByte());
    QuantizationConfig config = new QuantizationConfig(precision, bits, allocation, rerank);
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
    CodeLayout layout = new CodeLayout(kind, dimension, meta.readVInt());
    int count = meta.readInt();
    if (count < 0) {
      throw new CorruptIndexException(
          "field \"" + info.name + "\": expected a number of vectors, found " + count, meta);
    }
    CodeOrigin origin = CodeOrigin.fromWireNumber(meta.readByte());
    float liveError = Float.intBitsToFloat(meta.readInt());
    byte[] id = null;
    Range calibration = Range.NONE;
    if (meta.readByte() != 0) {
      id = new byte[Calibration.ID_LENGTH];
      meta.readBytes(id, 0, id.length);
      calibration = Range.read(meta);
    }
    boolean needsCalibration = count > 0 && kind != CodeLayout.Kind.HALVES;
    if (needsCalibration != (id != null)) {
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
    Range codes = Range.read(meta);
    expect(meta, info, "bytes of codes", (long) count * layout.recordLength(), codes.length());
    Range rerankCopy = Range.read(meta);
    expect(
        meta,
        info,
        "bytes of the rerank copy",
        (long) count * dimension * Float.BYTES,
        rerankCopy.length());
    return new FieldEntry(
        similarity,
        config,
        layout,
        count,
        origin,
        liveError,
        id,
        calibration,
        codes,
        rerankCopy,
        OrdToDocDISIReaderConfiguration.fromStoredMeta(meta, count));
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
