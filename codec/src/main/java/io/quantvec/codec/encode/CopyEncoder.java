/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.transform.VectorMath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Encodes rerank copies, and measures how far vectors that are read later are from the vectors that
 * were written. Not safe for use by many threads.
 */
public final class CopyEncoder {

  /** One vector in so many is measured: enough for a stable error, at a negligible cost. */
  private static final int MEASURED_EVERY = 8;

  private final CopyLayout layout;
  private final CopyWriter writer;

  /** Empty if vectors are read as they were written. */
  private final Optional<VectorReconstruction> reconstruction;

  private final float[] value;
  private double squares;
  private int measured;
  private int encoded;

  /** Writes the copy of one vector. */
  @FunctionalInterface
  private interface CopyWriter {

    /**
     * @param vector the vector
     * @param coded the vector, or under cosine the unit vector
     */
    void write(float[] vector, float[] coded, byte[] copy);
  }

  public CopyEncoder(FieldCoding coding) {
    this.layout = coding.copy();
    this.writer = writer(coding);
    this.reconstruction =
        layout.kind() == RerankPrecision.FP32
            ? Optional.empty()
            : Optional.of(new VectorReconstruction(coding));
    this.value = new float[layout.dimension()];
  }

  private static CopyWriter writer(FieldCoding coding) {
    if (coding.copy().kind() == RerankPrecision.FP32) {
      return (vector, coded, copy) ->
          ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
    }
    Optional<VectorEncoder> encoder =
        coding.copySpace().map(space -> space.newEncoder(coding.similarity()));
    return (vector, coded, copy) -> encoder.ifPresent(e -> e.encode(coded, copy));
  }

  /**
   * Encodes one vector.
   *
   * @param vector the vector
   * @param coded the vector, or under cosine the unit vector
   * @param code its code and terms, which vectors are read from where there is no copy
   * @param copy receives {@link CopyLayout#recordLength} bytes
   */
  public void encode(float[] vector, float[] coded, byte[] code, byte[] copy) {
    writer.write(vector, coded, copy);
    if (layout.hasLength()) {
      layout.writeLength(copy, VectorMath.length(vector));
    }
    measure(vector, code, copy);
  }

  /** Measures a vector whose copy is that of another segment; the code may be new. */
  void keep(float[] vector, byte[] code, byte[] copy) {
    if (layout.kind() == RerankPrecision.NONE) {
      measure(vector, code, copy);
    }
  }

  private void measure(float[] vector, byte[] code, byte[] copy) {
    if (reconstruction.isPresent() && encoded % MEASURED_EVERY == 0) {
      reconstruction.get().reconstruct(code, copy, value);
      compare(vector);
    }
    encoded++;
  }

  private void compare(float[] vector) {
    double length = VectorMath.squaredLength(vector);
    double missed = 0;
    for (int d = 0; d < vector.length; d++) {
      double difference = (double) vector[d] - value[d];
      missed += difference * difference;
    }
    // A zero vector has no relative error.
    if (length > 0) {
      squares += missed / length;
      measured++;
    }
  }

  /** Adds the error of the vectors encoded so far. */
  public void addErrors(CodeErrors errors) {
    if (measured > 0) {
      errors.addValueError(Math.sqrt(squares / measured), encoded);
    }
  }
}
