/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FileDataHint;
import org.apache.lucene.store.FileTypeHint;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.IOUtils;

/**
 * A segment's large files, opened a second time for sequential reading. Read advice applies to a
 * whole memory mapping, so a merge that changed the advice of the searches' mapping would affect
 * searches. In addition, pages that are only read through a mapping with sequential advice do not
 * count as used: the system drops them before the pages that searches read.
 */
public final class SequentialInputs implements Closeable {

  private static final IOContext CONTEXT =
      IOContext.DEFAULT.withHints(
          FileTypeHint.DATA, FileDataHint.KNN_VECTORS, DataAccessHint.SEQUENTIAL);

  private final Map<DataFile, IndexInput> data = new EnumMap<>(DataFile.class);

  /** Null unless the segment's files are parts of a compound file. */
  private final Directory compound;

  public SequentialInputs(SegmentReadState state) throws IOException {
    // Parts of a compound file share its mapping, so the compound file itself is opened a second
    // time.
    compound =
        state.directory instanceof CompoundDirectory
            ? state
                .segmentInfo
                .getCodec()
                .compoundFormat()
                .getCompoundReader(state.segmentInfo.dir, state.segmentInfo)
            : null;
    try {
      Directory directory = compound == null ? state.directory : compound;
      for (DataFile file : EnumSet.of(DataFile.CODES, DataFile.RERANK, DataFile.ERRORS)) {
        data.put(file, directory.openInput(file.nameIn(state), CONTEXT));
      }
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, this);
      throw t;
    }
  }

  /**
   * The input of a file. Its header and footer are not checked again, because the segment's reader
   * has checked them.
   */
  public IndexInput get(DataFile file) {
    return data.get(file);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(() -> IOUtils.close(data.values()), compound);
  }
}
