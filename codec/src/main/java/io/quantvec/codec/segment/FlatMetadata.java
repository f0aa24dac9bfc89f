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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.IndexInput;

/**
 * What the metadata file of a segment says.
 *
 * @param version of the format, the same in all files of the segment
 * @param fields what it says of each field of floats
 * @param hasByteVectors whether the segment has fields of bytes, too
 */
record FlatMetadata(int version, Map<String, FieldEntry> fields, boolean hasByteVectors) {

  static FlatMetadata read(SegmentReadState state) throws IOException {
    SegmentMetadata metadata =
        SegmentMetadata.read(
            state,
            FlatFiles.META_EXTENSION,
            FlatFiles.codecName("Meta"),
            FlatFiles.VERSION_START,
            FlatFiles.VERSION_CURRENT);
    IndexInput meta = metadata.body();
    try {
      Map<String, FieldEntry> fields = new HashMap<>();
      for (int number = meta.readInt();
          number != FlatFiles.END_OF_FIELDS;
          number = meta.readInt()) {
        // Lucene's own look-up takes negative numbers for a mistake of its caller.
        FieldInfo info = number < 0 ? null : state.fieldInfos.fieldInfo(number);
        if (info == null) {
          throw new CorruptIndexException("expected the number of a field, found " + number, meta);
        }
        FieldEntry entry = FieldEntry.read(meta, info, state.segmentInfo.maxDoc());
        if (fields.put(info.name, entry) != null) {
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
      return new FlatMetadata(metadata.version(), fields, bytes != 0);
    } catch (IOException | RuntimeException e) {
      throw Corruption.of(e, "expected the fields' metadata", meta);
    }
  }

  /**
   * Checks that the fields' parts of the files fill them, and lie within them.
   *
   * @param data the files
   * @throws CorruptIndexException if a part is elsewhere, or if bytes belong to no field
   */
  void expectComplete(Map<DataFile, IndexInput> data, String segmentSuffix)
      throws CorruptIndexException {
    Map<DataFile, FileBody> bodies = new EnumMap<>(DataFile.class);
    data.forEach(
        (file, input) ->
            bodies.put(
                file,
                new FileBody(
                    input.toString(),
                    CodecUtil.indexHeaderLength(FlatFiles.codecName(file.name()), segmentSuffix),
                    input.length())));
    Set<FieldEntry.Range> calibrations = new HashSet<>();
    for (Map.Entry<String, FieldEntry> field : fields.entrySet()) {
      String of = " of field \"" + field.getKey() + "\"";
      FieldEntry entry = field.getValue();
      add(bodies.get(DataFile.CODES), "codes" + of, entry.codes(), RecordReader.READABLE_BEHIND);
      entry.documents().addTo(bodies.get(DataFile.CODES));
      add(
          bodies.get(DataFile.RERANK),
          "rerank copy" + of,
          entry.rerankCopy(),
          entry.copy().bytesBehind());
      add(bodies.get(DataFile.ERRORS), "error terms" + of, entry.errorTerms(), 0);
      for (FieldEntry.StoredCalibration stored :
          new FieldEntry.StoredCalibration[] {entry.calibration(), entry.copyCalibration()}) {
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

  private static void add(FileBody body, String content, FieldEntry.Range range, int behind)
      throws CorruptIndexException {
    if (range.length() > Long.MAX_VALUE - behind) {
      throw new CorruptIndexException("expected a length, found " + range.length(), content);
    }
    body.add(content, range.offset(), range.length() + behind, FlatFiles.ALIGNMENT);
  }
}
