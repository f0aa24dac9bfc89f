/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.file.Corruption;
import io.quantvec.codec.file.DataFile;
import io.quantvec.codec.file.FileBody;
import io.quantvec.codec.file.FlatFiles;
import io.quantvec.codec.file.SegmentMetadata;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.IndexInput;

/**
 * What the metadata file of a segment says.
 *
 * @param fields each field of float vectors, by its name
 * @param hasByteVectors whether the segment has fields of byte vectors, too
 */
record FlatMetadata(Map<String, SegmentField> fields, boolean hasByteVectors) {

  /**
   * Reads the body of the metadata file.
   *
   * @param version that the file has
   * @param calibrations the segment's calibrations
   */
  static FlatMetadata read(
      SegmentReadState state,
      SegmentMetadata metadata,
      FieldMetadataVersion version,
      CalibrationFile calibrations)
      throws IOException {
    IndexInput meta = metadata.body();
    try {
      Map<String, SegmentField> fields = new HashMap<>();
      for (int number = meta.readInt();
          number != FlatFiles.END_OF_FIELDS;
          number = meta.readInt()) {
        // Lucene's own look-up takes negative numbers for a mistake of its caller.
        FieldInfo info = number < 0 ? null : state.fieldInfos.fieldInfo(number);
        if (info == null) {
          throw new CorruptIndexException("expected the number of a field, found " + number, meta);
        }
        SegmentField field = version.read(meta, info, state.segmentInfo.maxDoc(), calibrations);
        if (fields.put(info.name, field) != null) {
          throw new CorruptIndexException(
              "field \"" + info.name + "\": expected one entry, found two", meta);
        }
      }
      int bytes = meta.readByte();
      if (bytes != 0 && bytes != 1) {
        throw new CorruptIndexException(
            "expected 0 or 1 for fields of bytes, found " + bytes, meta);
      }
      metadata.expectEnd();
      return new FlatMetadata(fields, bytes != 0);
    } catch (IOException | RuntimeException e) {
      throw Corruption.of(e, "expected the fields' metadata", meta);
    }
  }

  /**
   * Checks that the fields' parts of the files fill them, and lie within them.
   *
   * @param bodies of the files; receives the parts
   * @throws CorruptIndexException if a part is elsewhere, or if bytes belong to no field
   */
  void expectComplete(Map<DataFile, FileBody> bodies) throws CorruptIndexException {
    Set<FieldLocations.Range> calibrations = new HashSet<>();
    for (Map.Entry<String, SegmentField> entry : fields.entrySet()) {
      String of = " of field \"" + entry.getKey() + "\"";
      FieldLocations locations = entry.getValue().locations();
      add(
          bodies.get(DataFile.CODES),
          "codes" + of,
          locations.codes(),
          RecordReader.READABLE_BEHIND);
      locations.documents().addTo(bodies.get(DataFile.CODES));
      add(
          bodies.get(DataFile.RERANK),
          "rerank copy" + of,
          locations.rerankCopy(),
          entry.getValue().coding().copy().bytesBehind());
      add(bodies.get(DataFile.ERRORS), "error terms" + of, locations.errorTerms(), 0);
      for (FieldLocations.StoredCalibration stored :
          new FieldLocations.StoredCalibration[] {
            locations.calibration(), locations.copyCalibration()
          }) {
        // Fields that share a calibration share its bytes.
        if (stored != null && calibrations.add(stored.range())) {
          bodies
              .get(DataFile.CALIBRATIONS)
              .add("calibration" + of, stored.range().offset(), stored.range().length(), 1);
        }
      }
    }
    for (FileBody body : bodies.values()) {
      body.expectComplete();
    }
  }

  private static void add(FileBody body, String content, FieldLocations.Range range, int behind)
      throws CorruptIndexException {
    if (range.length() > Long.MAX_VALUE - behind) {
      throw new CorruptIndexException("expected a length, found " + range.length(), content);
    }
    body.add(content, range.offset(), range.length() + behind, FlatFiles.ALIGNMENT);
  }
}
