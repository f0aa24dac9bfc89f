/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

/**
 * Why a segment's codes have the calibration that they have. The wire numbers stand in index files
 * and never change.
 */
public enum CodeReason {
  /** There is nothing to calibrate: half floats, or no vectors. */
  NONE(0),
  /** No other segment had a calibration to offer. */
  FIRST(1),
  /** The calibration of other segments fits these vectors, too. */
  FITS(2),
  /** The calibration is static. */
  STATIC(3),
  /** There are so many more vectors now that a new calibration describes the field better. */
  GROWN(4),
  /** The old calibration lost too much of these vectors: they are not what it was learned from. */
  DRIFTED(5),
  /** The merged segments were written with another configuration, or by another format. */
  RECONFIGURED(6),
  /**
   * The merged segments have no finer copy of their vectors, neither to learn from nor to measure
   * with: one of their calibrations stays, whether it fits or not.
   */
  KEPT(7);

  private final int wireNumber;

  CodeReason(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that it is written as, which never changes. */
  public int wireNumber() {
    return wireNumber;
  }

  /**
   * @throws IllegalArgumentException if no reason has that number
   */
  static CodeReason fromWireNumber(int wireNumber) {
    for (CodeReason reason : values()) {
      if (reason.wireNumber == wireNumber) {
        return reason;
      }
    }
    throw new IllegalArgumentException("unknown wire number of a reason: " + wireNumber);
  }
}
