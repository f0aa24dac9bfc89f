/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.segment.CodeFit;
import io.quantvec.codec.segment.CodeProvenance;
import io.quantvec.codec.segment.FieldLocations;
import io.quantvec.codec.segment.SegmentField;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Descriptions of fields as a writer gives them to its listener. */
final class WrittenFields {

  private WrittenFields() {}

  /**
   * An int8 field of 500 vectors, whose calibration has the id {@code cafe}.
   *
   * @param liveError root mean square of what the codes lose
   */
  static SegmentField of(Calibration calibration, CodeProvenance provenance, float liveError) {
    QuantizationConfig config = new QuantizationConfig(Precision.INT8);
    FieldCoding coding =
        FieldCoding.of(
            config,
            Optional.of(calibration),
            Optional.empty(),
            calibration.dimension(),
            VectorSimilarityFunction.EUCLIDEAN);
    FieldLocations.StoredCalibration stored =
        new FieldLocations.StoredCalibration(HexFormat.of().parseHex("cafe"), null);
    return new SegmentField(
        config,
        coding,
        500,
        provenance,
        new CodeFit(liveError, 0, 0),
        new FieldLocations(stored, null, null, null, null, null));
  }
}
