/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.segment.SegmentField;
import org.apache.lucene.store.Directory;

/**
 * Receives what flushes and merges write, to count it or to warn. It is called on the writing
 * thread when the codes of a field are complete; the segment can still be discarded afterwards.
 */
@FunctionalInterface
public interface VectorsWriteListener {

  /** Does nothing. */
  VectorsWriteListener NONE = (directory, field, written, merge) -> {};

  /**
   * Called when a field of a segment is written.
   *
   * @param directory of the index, not of compound files
   * @param written the field in the new segment
   * @param merge whether a merge wrote the segment, and not a flush
   */
  void written(Directory directory, String field, SegmentField written, boolean merge);
}
