/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

/** What calibrations take of the heap. */
public final class CalibrationMemory {

  private CalibrationMemory() {}

  /**
   * Bytes of all calibrations that open segments and mappings of this JVM use. Segments of one
   * calibration share it.
   */
  public static long ramBytesUsed() {
    return CalibrationRegistry.ramBytesUsed();
  }
}
