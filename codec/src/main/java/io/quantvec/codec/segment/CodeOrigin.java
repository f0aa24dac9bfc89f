/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

/** How a segment's codes came about. The wire numbers are in index files and never change. */
public enum CodeOrigin {
  /** There is nothing to calibrate: half floats, or no vectors. */
  UNCALIBRATED(0),
  /** Encoded with a calibration learned from the segment's own vectors. */
  LEARNED(1),
  /** Encoded with a static calibration, or with one of other segments. */
  INHERITED(2),
  /** Copied byte for byte from segments with the same calibration. */
  COPIED(3),
  /** Copied from segments with the calibration, and encoded from the vectors of other segments. */
  PARTLY_COPIED(4);

  private final int wireNumber;

  CodeOrigin(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that it is written as, which never changes. */
  public int wireNumber() {
    return wireNumber;
  }

  /**
   * @throws IllegalArgumentException if no origin has that number
   */
  static CodeOrigin fromWireNumber(int wireNumber) {
    for (CodeOrigin origin : values()) {
      if (origin.wireNumber == wireNumber) {
        return origin;
      }
    }
    throw new IllegalArgumentException("unknown wire number of an origin: " + wireNumber);
  }
}
