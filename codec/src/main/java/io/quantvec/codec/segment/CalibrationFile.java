/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationSerializer;
import io.quantvec.codec.calibration.InternedCalibrations;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.file.FileBody;
import java.io.IOException;
import java.util.Optional;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.IndexInput;

/** The calibrations in a segment's {@code .qvk} file. */
public final class CalibrationFile {

  private final IndexInput input;
  private final FileBody body;

  /**
   * @param input the file, whose checksum was verified
   * @param body where the file's header and footer are
   */
  CalibrationFile(IndexInput input, FileBody body) {
    this.input = input;
    this.body = body;
  }

  /**
   * The meaning of codes. A calibration that another open segment uses is shared, and not read
   * again.
   *
   * @param field its name, for messages
   * @param stored null if the codes have no calibration
   * @return empty if the codes have no calibration
   * @throws CorruptIndexException if there is no such calibration, or one of other codes
   */
  Optional<CalibratedSpace> read(
      String field, CodeLayout layout, FieldLocations.StoredCalibration stored) throws IOException {
    if (stored == null) {
      return Optional.empty();
    }
    FieldLocations.Range range = stored.range();
    body.expectWithin("calibration of field \"" + field + "\"", range.offset(), range.length());
    IndexInput slice =
        input.slice("CALIBRATIONS of field \"" + field + "\"", range.offset(), range.length());
    Calibration calibration = InternedCalibrations.get(stored.id());
    if (calibration == null || calibration.dimension() != layout.dimension()) {
      calibration = CalibrationSerializer.read(slice, stored.id(), layout.dimension());
      long left = slice.length() - slice.getFilePointer();
      if (left != 0) {
        throw new CorruptIndexException(
            "expected the end of a calibration, found " + left + " more bytes", slice);
      }
      calibration = InternedCalibrations.intern(calibration);
    } else {
      CalibrationSerializer.checkId(slice, stored.id());
    }
    try {
      return Optional.of(new CalibratedSpace(layout, calibration));
    } catch (IllegalArgumentException e) {
      throw new CorruptIndexException("codes and calibration disagree: " + e.getMessage(), slice);
    }
  }
}
