/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

/**
 * Why a segment's codes have their calibration. The wire numbers are in index files and never
 * change.
 */
public enum CodeReason {
  /** There is nothing to calibrate: half floats, or no vectors. */
  NONE(0),
  /** No other segment had a calibration. */
  FIRST(1),
  /** The calibration of other segments fits these vectors, too. */
  FITS(2),
  /** The calibration is static. */
  STATIC(3),
  /** The field has grown so much that a new calibration describes it better. */
  GROWN(4),
  /** The vectors differ too much from those that the old calibration was learned from. */
  DRIFTED(5),
  /** The merged segments were written with another configuration, or by another format. */
  RECONFIGURED(6),
  /**
   * The merged segments have no rerank copies to learn from or to measure with, so one of their
   * calibrations is kept, whether it fits or not.
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
