/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import java.io.IOException;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;

/** Creates the files of a segment. */
public final class SegmentOutputs {

  private SegmentOutputs() {}

  /**
   * Creates a file that starts with {@link CodecUtil#writeIndexHeader an index header}.
   *
   * @param codecName the codec name in the header
   * @throws IOException if the header cannot be written; the file is closed in this case
   */
  public static IndexOutput create(
      SegmentWriteState state, String extension, String codecName, int version) throws IOException {
    String name =
        IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension);
    IndexOutput output = state.directory.createOutput(name, state.context);
    try {
      CodecUtil.writeIndexHeader(
          output, codecName, version, state.segmentInfo.getId(), state.segmentSuffix);
      return output;
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, output);
      throw t;
    }
  }
}
