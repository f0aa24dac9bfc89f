/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.transform.VectorMath;

/**
 * Reads vectors back from a rerank copy that is not of floats, or from the codes where there is no
 * copy. Not safe for use by many threads.
 */
public final class VectorReconstruction {

  private final CopyLayout copy;
  private final VectorDecoder decoder;

  /**
   * @param coding whose rerank copy is not of floats
   */
  public VectorReconstruction(FieldCoding coding) {
    this.copy = coding.copy();
    if (copy.kind() == RerankPrecision.FP32) {
      throw new IllegalArgumentException("expected a copy to decode, got one of floats");
    }
    this.decoder = coding.reconstructed().newDecoder();
  }

  /**
   * Reconstructs a vector.
   *
   * @param code its code and terms; ignored if there is a copy
   * @param copyRecord its record in .qvr
   * @param vector receives one float per dimension
   */
  public void reconstruct(byte[] code, byte[] copyRecord, float[] vector) {
    decoder.decode(copy.kind() == RerankPrecision.NONE ? code : copyRecord, vector);
    if (copy.hasLength()) {
      stretch(vector, copy.readLength(copyRecord));
    } else {
      VectorLimits.shorten(vector);
    }
  }

  /** Codes under cosine are of the unit vector: gives the reconstruction the vector's length. */
  private static void stretch(float[] vector, float length) {
    double squares = VectorMath.squaredLength(vector);
    double factor = squares == 0 ? 0 : length / Math.sqrt(squares);
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) (vector[d] * factor);
    }
  }
}
