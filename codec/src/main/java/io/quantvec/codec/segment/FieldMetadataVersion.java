/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * How one version of the format stores what the metadata file says of a field. A new version of the
 * format is a new implementation, added to {@link FormatVersions}; old ones stay to read old
 * segments.
 */
public interface FieldMetadataVersion {

  /** The number in the headers of all files of such a segment. */
  int number();

  /**
   * Writes everything but the field's number, which comes before, and the map of ordinals to
   * documents, which comes after.
   *
   * @param field its locations have no map of documents yet
   */
  void write(SegmentField field, IndexOutput meta) throws IOException;

  /**
   * Reads what {@link #write} wrote, and the map of ordinals to documents.
   *
   * @param meta on the heap: only damage can keep it from being read
   * @param info of the field whose number was read
   * @param maxDoc documents of the segment
   * @param calibrations the segment's calibrations
   * @throws CorruptIndexException if the bytes cannot be what was written
   */
  SegmentField read(IndexInput meta, FieldInfo info, int maxDoc, CalibrationFile calibrations)
      throws IOException;
}
