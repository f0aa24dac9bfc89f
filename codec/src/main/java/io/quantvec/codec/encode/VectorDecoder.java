/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

/** Turns records back into vectors. */
@FunctionalInterface
public interface VectorDecoder {

  /**
   * Decodes one vector.
   *
   * @param record starts with the code and its terms
   * @param vector receives one float per dimension
   */
  void decode(byte[] record, float[] vector);
}
