/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

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
 */
record CodeStatus(
    CodeOrigin origin, CodeReason reason, int copied, float liveError, float clipRate) {

  static CodeStatus uncalibrated(int copied) {
    return new CodeStatus(CodeOrigin.UNCALIBRATED, CodeReason.NONE, copied, Float.NaN, Float.NaN);
  }

  void write(IndexOutput out) throws IOException {
    out.writeByte((byte) origin.wireNumber());
    out.writeByte((byte) reason.wireNumber());
    out.writeInt(copied);
    out.writeInt(Float.floatToIntBits(liveError));
    out.writeInt(Float.floatToIntBits(clipRate));
  }

  static CodeStatus read(IndexInput in) throws IOException {
    return new CodeStatus(
        CodeOrigin.fromWireNumber(in.readByte()),
        CodeReason.fromWireNumber(in.readByte()),
        in.readInt(),
        Float.intBitsToFloat(in.readInt()),
        Float.intBitsToFloat(in.readInt()));
  }
}
