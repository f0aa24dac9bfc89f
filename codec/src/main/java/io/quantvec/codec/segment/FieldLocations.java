/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.file.DocumentMap;
import java.io.IOException;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.DataOutput;

/**
 * Where a field's bytes are in the files of its segment.
 *
 * @param calibration of the codes, in {@code .qvk}; null without one
 * @param copyCalibration of a rerank copy of 8 bits per dimension, in {@code .qvk}; null without
 *     such a copy
 * @param codes the records of codes, in {@code .qvc}
 * @param rerankCopy the records of the rerank copy, in {@code .qvr}
 * @param errorTerms the error terms, in {@code .qve}
 * @param documents how ordinals map to documents; null while the segment is written
 */
public record FieldLocations(
    StoredCalibration calibration,
    StoredCalibration copyCalibration,
    Range codes,
    Range rerankCopy,
    Range errorTerms,
    DocumentMap documents) {

  /**
   * Some bytes of a file.
   *
   * @param offset of the first one in the file
   */
  public record Range(long offset, long length) {

    void write(DataOutput out) throws IOException {
      out.writeVLong(offset);
      out.writeVLong(length);
    }

    static Range read(DataInput in) throws IOException {
      return new Range(in.readVLong(), in.readVLong());
    }
  }

  /**
   * A calibration in the file of calibrations.
   *
   * @param id the hash of its content
   * @param range its bytes
   */
  public record StoredCalibration(byte[] id, Range range) {

    static void write(StoredCalibration calibration, DataOutput out) throws IOException {
      out.writeByte((byte) (calibration == null ? 0 : 1));
      if (calibration != null) {
        out.writeBytes(calibration.id, calibration.id.length);
        calibration.range.write(out);
      }
    }

    /** Null if the field has none. */
    static StoredCalibration read(DataInput in) throws IOException {
      if (in.readByte() == 0) {
        return null;
      }
      byte[] id = new byte[Calibration.ID_LENGTH];
      in.readBytes(id, 0, id.length);
      return new StoredCalibration(id, Range.read(in));
    }
  }

  /** The id of the codes' calibration; null without one. */
  public byte[] calibrationId() {
    return calibration == null ? null : calibration.id;
  }

  /** The id of the rerank copy's calibration; null without one. */
  public byte[] copyCalibrationId() {
    return copyCalibration == null ? null : copyCalibration.id;
  }
}
