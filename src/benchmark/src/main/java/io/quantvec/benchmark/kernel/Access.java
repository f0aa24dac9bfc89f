/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.kernel;

/** Which records are read one after the other. */
public enum Access {
  /** The first 128 KB over and over: they stay in a core's second-level cache. */
  HOT {
    @Override
    int records(int available, int recordBytes) {
      return Math.max(1, Math.min(available, HOT_BYTES / recordBytes));
    }
  },
  /** All of them in their order, as an exhaustive search reads. */
  SEQUENTIAL,
  /** Any of them, as a graph's search reads. */
  RANDOM {
    @Override
    void next(int[] ordinals, int records, long[] state) {
      long random = state[0];
      for (int i = 0; i < ordinals.length; i++) {
        random = random * 6364136223846793005L + 1442695040888963407L;
        ordinals[i] = (int) ((random >>> 33) * records >>> 31);
      }
      state[0] = random;
    }
  };

  private static final int HOT_BYTES = 128 << 10;

  /**
   * Records that are read.
   *
   * @param available records there are
   * @param recordBytes bytes a record
   */
  int records(int available, int recordBytes) {
    return available;
  }

  /**
   * Chooses the next records.
   *
   * @param ordinals is filled
   * @param records how many there are
   * @param state one number, kept from call to call
   */
  void next(int[] ordinals, int records, long[] state) {
    int ordinal = (int) state[0];
    for (int i = 0; i < ordinals.length; i++) {
      ordinals[i] = ordinal;
      ordinal = ordinal + 1 == records ? 0 : ordinal + 1;
    }
    state[0] = ordinal;
  }
}
