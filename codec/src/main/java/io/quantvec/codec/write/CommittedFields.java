/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;

/** Reads which calibrations the segments of an index's last commit have. */
final class CommittedFields {

  /** A quantized field in one segment. */
  record Field(String name, SegmentField field) {}

  private CommittedFields() {}

  /**
   * The quantized fields of all segments of the last commit. A segment that cannot be read adds
   * none: whoever opens it to search or merge it reports why, and a flush only loses the
   * calibrations that it could have inherited.
   */
  static List<Field> read(Directory directory) {
    try {
      if (!DirectoryReader.indexExists(directory)) {
        return List.of();
      }
      // Tries again with a newer commit, where one has replaced the commit that it was reading.
      return new SegmentInfos.FindSegmentsFile<List<Field>>(directory) {
        @Override
        protected List<Field> doBody(String segmentsFile) throws IOException {
          List<Field> fields = new ArrayList<>();
          for (SegmentCommitInfo segment : SegmentInfos.readCommit(directory, segmentsFile)) {
            try {
              addFields(directory, segment.info, fields);
            } catch (NoSuchFileException | FileNotFoundException e) {
              throw e;
            } catch (IOException | IllegalArgumentException e) {
              // Reported where the segment is opened to be searched or merged.
            }
          }
          return fields;
        }
      }.run();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static void addFields(Directory directory, SegmentInfo segment, List<Field> fields)
      throws IOException {
    Codec codec = segment.getCodec();
    try (Directory compound =
        segment.getUseCompoundFile()
            ? codec.compoundFormat().getCompoundReader(directory, segment)
            : null) {
      Directory files = compound == null ? directory : compound;
      FieldInfos infos = codec.fieldInfosFormat().read(files, segment, "", IOContext.READONCE);
      if (!infos.hasVectorValues()) {
        return;
      }
      SegmentReadState state = new SegmentReadState(files, segment, infos, IOContext.DEFAULT);
      try (KnnVectorsReader reader = codec.knnVectorsFormat().fieldsReader(state)) {
        for (FieldInfo info : infos) {
          if (info.hasVectorValues()
              && info.getVectorEncoding() == VectorEncoding.FLOAT32
              && reader.getFloatVectorValues(info.name)
                  instanceof QuantizedFloatVectorValues values) {
            fields.add(new Field(info.name, values.field().stored()));
          }
        }
      }
    }
  }
}
