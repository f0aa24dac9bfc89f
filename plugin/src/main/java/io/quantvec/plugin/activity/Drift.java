/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;

/** What to do where vectors are not what their calibration was learned from. */
public final class Drift {

  private Drift() {}

  /** A sentence for people, with the calibration's id in it. */
  public static String advice(SegmentField drifted) {
    String id = drifted.calibrationId();
    if (drifted.config().calibration().isStatic()) {
      return "its vectors are not like those that the static calibration ["
          + id
          + "] was made for; learn a new one from current vectors and name it in the mapping, or"
          + " set [calibration.mode: dynamic], then force a merge";
    }
    if (drifted.provenance().reason() == CodeReason.KEPT) {
      return "calibration ["
          + id
          + "] does not fit its vectors, and with [rerank: none] there is nothing left of them to"
          + " learn another one from; index them again, or set [rerank: int8] for those to come";
    }
    return "calibration ["
        + id
        + "] does not fit its vectors; a merge learns another: wait for it, or force it";
  }
}
