/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.util.StringHelper;

/**
 * Keeps one object per calibration in this JVM, by the hash of the calibration's content, so that
 * segments and mappings share its memory. References are weak: a calibration lives as long as a
 * segment or a mapping uses it. The results of searches and flushes do not depend on this class.
 */
public final class InternedCalibrations {

  /** The calibrations in use in this JVM, by id. */
  private static final Map<String, WeakReference<Calibration>> BY_ID = new HashMap<>();

  private InternedCalibrations() {}

  /**
   * Bytes on the heap of all calibrations that open segments and mappings in this JVM use. Segments
   * with the same calibration share one object.
   */
  public static long ramBytesUsed() {
    synchronized (BY_ID) {
      long bytes = 0;
      for (WeakReference<Calibration> reference : BY_ID.values()) {
        Calibration calibration = reference.get();
        bytes += calibration == null ? 0 : calibration.ramBytesUsed();
      }
      return bytes;
    }
  }

  /** The calibration with an id; null if it is not in use. */
  public static Calibration get(byte[] id) {
    synchronized (BY_ID) {
      WeakReference<Calibration> known = BY_ID.get(StringHelper.idToString(id));
      return known == null ? null : known.get();
    }
  }

  /**
   * Returns the shared object of a calibration, so that segments share one matrix. This is the
   * first object with the same id, even if it was learned at another time.
   */
  public static Calibration intern(Calibration calibration) {
    String id = StringHelper.idToString(calibration.id());
    synchronized (BY_ID) {
      BY_ID.values().removeIf(reference -> reference.get() == null);
      WeakReference<Calibration> known = BY_ID.get(id);
      Calibration same = known == null ? null : known.get();
      if (same != null) {
        return same;
      }
      BY_ID.put(id, new WeakReference<>(calibration));
      return calibration;
    }
  }
}
