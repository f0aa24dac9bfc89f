/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import java.io.IOException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * How a segment's codes came about, and how well they fit its vectors.
 *
 * @param copied vectors whose codes were copied by the merge that wrote the segment
 * @param liveError root mean square of what the codes lose of a vector's direction, measured on
 *     these vectors; NaN if there is no calibration
 * @param clipRate share of components outside of the codes' range; NaN if there is no calibration
 * @param valueError root mean square of how far vectors as they are read are from what was indexed,
 *     relative to their length; NaN if there are no vectors
 */
public record CodeStatus(
    CodeOrigin origin,
    CodeReason reason,
    int copied,
    float liveError,
    float clipRate,
    float valueError) {

  public static CodeStatus uncalibrated(int copied, float valueError) {
    return new CodeStatus(
        CodeOrigin.UNCALIBRATED, CodeReason.NONE, copied, Float.NaN, Float.NaN, valueError);
  }

  void write(IndexOutput out) throws IOException {
    out.writeByte((byte) origin.wireNumber());
    out.writeByte((byte) reason.wireNumber());
    out.writeInt(copied);
    out.writeInt(Float.floatToIntBits(liveError));
    out.writeInt(Float.floatToIntBits(clipRate));
    out.writeInt(Float.floatToIntBits(valueError));
  }

  static CodeStatus read(IndexInput in) throws IOException {
    return new CodeStatus(
        CodeOrigin.fromWireNumber(in.readByte()),
        CodeReason.fromWireNumber(in.readByte()),
        in.readInt(),
        Float.intBitsToFloat(in.readInt()),
        Float.intBitsToFloat(in.readInt()),
        Float.intBitsToFloat(in.readInt()));
  }
}
