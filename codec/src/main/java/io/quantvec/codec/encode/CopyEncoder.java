/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.config.RerankPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes the finer copies of vectors and measures how far what is read later will be from them. Not
 * safe for use by many threads.
 */
public final class CopyEncoder {

  /** An eighth of the vectors tells the error of all, at a price that does not show. */
  private static final int MEASURED_EVERY = 8;

  private final CopyLayout layout;

  /** Null unless the copy is one of codes. */
  private final VectorEncoder encoder;

  /** Null if vectors are read as they were written. */
  private final VectorReconstruction reconstruction;

  private final float[] value;
  private double squares;
  private int measured;
  private int encoded;

  public CopyEncoder(FieldCoding coding) {
    this.layout = coding.copy();
    this.encoder =
        coding.copySpace() == null
            ? null
            : new VectorEncoder(coding.copySpace(), coding.similarity());
    this.reconstruction =
        layout.kind() == RerankPrecision.FP32 ? null : new VectorReconstruction(coding);
    this.value = new float[layout.dimension()];
  }

  /**
   * Encodes one vector.
   *
   * @param vector the vector
   * @param coded the vector, or under cosine that of unit length
   * @param code its code and terms, which may be what it is read from
   * @param copy receives {@link CopyLayout#recordLength} bytes
   */
  public void encode(float[] vector, float[] coded, byte[] code, byte[] copy) {
    switch (layout.kind()) {
      case FP32 -> ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
      // What is indexed was checked; a merge may bring more from a field that was declared
      // otherwise before.
      case FP16 -> HalfFloats.encodeSaturated(coded, copy);
      case INT8 -> encoder.encode(coded, copy);
      case NONE -> {
        // The codes are there already.
      }
    }
    if (layout.hasLength()) {
      layout.writeLength(copy, Math.sqrt(VectorLimits.squaredLength(vector)));
    }
    measure(vector, code, copy);
  }

  /** Takes a copy as it is that was made before; the code may be a new one. */
  void keep(float[] vector, byte[] code, byte[] copy) {
    if (layout.kind() == RerankPrecision.NONE) {
      measure(vector, code, copy);
    }
  }

  private void measure(float[] vector, byte[] code, byte[] copy) {
    if (reconstruction != null && encoded % MEASURED_EVERY == 0) {
      reconstruction.reconstruct(code, copy, value);
      compare(vector);
    }
    encoded++;
  }

  private void compare(float[] vector) {
    double length = VectorLimits.squaredLength(vector);
    double missed = 0;
    for (int d = 0; d < vector.length; d++) {
      double difference = (double) vector[d] - value[d];
      missed += difference * difference;
    }
    // No error is small in relation to a zero vector.
    if (length > 0) {
      squares += missed / length;
      measured++;
    }
  }

  /** Adds what the vectors encoded so far lose. */
  public void addErrors(CodeErrors errors) {
    if (measured > 0) {
      errors.addValueError(Math.sqrt(squares / measured), encoded);
    }
  }
}
