/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationSerializer;
import io.quantvec.codec.segment.FieldLocations;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.StringHelper;

/** Writes the calibrations of a segment, each once: fields with the same one share its bytes. */
final class CalibrationOutput {

  private final IndexOutput output;
  private final Map<String, FieldLocations.Range> written = new HashMap<>();

  CalibrationOutput(IndexOutput output) {
    this.output = output;
  }

  /**
   * Writes a calibration, unless an earlier field had it.
   *
   * @param calibration null for none
   * @param id of the calibration
   * @return where it is; null for none
   */
  FieldLocations.StoredCalibration write(Calibration calibration, byte[] id) throws IOException {
    if (calibration == null) {
      return null;
    }
    String key = StringHelper.idToString(id);
    FieldLocations.Range range = written.get(key);
    if (range == null) {
      long start = output.getFilePointer();
      CalibrationSerializer.write(calibration, id, output);
      range = new FieldLocations.Range(start, output.getFilePointer() - start);
      written.put(key, range);
    }
    return new FieldLocations.StoredCalibration(id, range);
  }
}
