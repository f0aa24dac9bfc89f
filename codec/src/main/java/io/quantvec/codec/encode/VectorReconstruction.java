/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.config.RerankPrecision;

/**
 * Gives vectors back from the finest of what a segment holds of them: a copy that is not of floats,
 * or the codes. Not safe for use by many threads.
 */
public final class VectorReconstruction {

  private final CopyLayout copy;

  /** Null for half floats. */
  private final VectorDecoder decoder;

  public VectorReconstruction(FieldCoding coding) {
    this.copy = coding.copy();
    CodeSpace finest =
        switch (copy.kind()) {
          case FP32 -> throw new IllegalArgumentException("floats need no reconstruction");
          case FP16 -> null;
          case INT8 -> coding.copySpace();
          case NONE -> coding.space();
        };
    this.decoder = finest == null ? null : new VectorDecoder(finest);
  }

  /**
   * Reconstructs a vector.
   *
   * @param code its code and terms; not looked at if there is a copy
   * @param copyRecord its record in .qvr
   * @param vector receives one float a dimension
   */
  public void reconstruct(byte[] code, byte[] copyRecord, float[] vector) {
    byte[] finest = copy.kind() == RerankPrecision.NONE ? code : copyRecord;
    if (decoder == null) {
      HalfFloats.decode(finest, vector);
    } else {
      decoder.decode(finest, vector);
    }
    if (copy.hasLength()) {
      stretch(vector, copy.readLength(copyRecord));
    } else {
      VectorLimits.shorten(vector);
    }
  }

  /** Codes keep a direction well, and a length of about one: the vector's own is known exactly. */
  private static void stretch(float[] vector, float length) {
    double squares = VectorLimits.squaredLength(vector);
    double factor = squares == 0 ? 0 : length / Math.sqrt(squares);
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) (vector[d] * factor);
    }
  }
}
