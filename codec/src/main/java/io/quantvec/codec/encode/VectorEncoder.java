/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

/** Turns vectors into records. Not safe for use by many threads. */
public interface VectorEncoder {

  /**
   * Encodes one vector.
   *
   * @param vector as {@link #encodeAll} takes it
   * @param record receives {@link CodeLayout#recordLength} bytes
   */
  default void encode(float[] vector, byte[] record) {
    encodeAll(new float[][] {vector}, new byte[][] {record}, 1);
  }

  /**
   * Encodes many vectors: some dozens share what the transform reads of its matrix.
   *
   * @param vectors finite; of unit length or zero for cosine, unless they arrived as codes; left as
   *     they are
   * @param records receive {@link CodeLayout#recordLength} bytes each
   * @param count how many
   */
  void encodeAll(float[][] vectors, byte[][] records, int count);

  /**
   * Root mean square of the quantization error of a direction, measured on a part of the vectors
   * encoded so far; NaN if none was measured.
   */
  float liveError();

  /**
   * Share of components outside the range of codes, of the same vectors; NaN if none was measured.
   */
  float clipRate();
}
