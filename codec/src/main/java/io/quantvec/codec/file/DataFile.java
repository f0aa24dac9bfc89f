/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;

/** The data files of a segment, besides the metadata file. */
public enum DataFile {
  CALIBRATIONS("qvk"),
  CODES("qvc"),
  RERANK("qvr"),
  ERRORS("qve");

  private final String extension;

  DataFile(String extension) {
    this.extension = extension;
  }

  public String extension() {
    return extension;
  }

  /** The file's name in a segment. */
  public String nameIn(SegmentReadState state) {
    return IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension);
  }
}
