/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.kernel;

/** The order in which records are read. */
public enum Access {
  /** The first 128 KB over and over, which stay in a core's second-level cache. */
  HOT {
    @Override
    int records(int available, int recordBytes) {
      return Math.max(1, Math.min(available, HOT_BYTES / recordBytes));
    }
  },
  /** All records in order, as in an exhaustive search. */
  SEQUENTIAL,
  /** Random records, as in a graph search. */
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
   * Returns the number of records that are read.
   *
   * @param available number of records in the file
   * @param recordBytes bytes per record
   */
  int records(int available, int recordBytes) {
    return available;
  }

  /**
   * Chooses the next records.
   *
   * @param ordinals receives the records
   * @param records number of records to choose from
   * @param state one number that the caller keeps between calls
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
