/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.segment.SegmentField;
import org.apache.lucene.store.Directory;

/**
 * Told of what flushes and merges write, so that somebody can count and warn. Called on the writing
 * thread, when a field's codes are complete; the segment itself may still be given up.
 */
@FunctionalInterface
public interface VectorsWriteListener {

  /** Hears nothing. */
  VectorsWriteListener NONE = (directory, field, written, merge) -> {};

  /**
   * A field of a segment was written.
   *
   * @param directory the index's own, not one of compound files
   * @param written what the segment knows of its codes
   * @param merge whether a merge wrote it, and not a flush
   */
  void written(Directory directory, String field, SegmentField written, boolean merge);
}
