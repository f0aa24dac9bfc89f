/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import io.quantvec.plugin.source.StrippedSource;
import java.io.IOException;
import java.util.function.Function;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.codecs.StoredFieldsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99SegmentInfoFormat;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.IOUtils;
import org.opensearch.index.mapper.SourceFieldMapper;

/**
 * The platform's stored fields, of which {@code _source} may lack the text of vectors, as {@link
 * io.quantvec.plugin.source.StrippedSource} says. A reader adds the vectors from the rerank copies
 * (or from the codes, if there are no copies) in the segment's vector files; a merge moves the
 * document without its vectors.
 */
final class DerivedStoredFieldsFormat extends StoredFieldsFormat {

  /**
   * The attribute of a segment with the newest version of stripped sources that it may have.
   * Segments without the attribute are of before: their sources are of version 0.
   */
  static final String SOURCE_VERSION = "io.quantvec.stored_source_version";

  private final Function<SegmentInfo, StoredFieldsFormat> platformFormat;

  /**
   * @param platformFormat the format of a segment's files
   */
  DerivedStoredFieldsFormat(Function<SegmentInfo, StoredFieldsFormat> platformFormat) {
    this.platformFormat = platformFormat;
  }

  @Override
  public StoredFieldsReader fieldsReader(
      Directory directory, SegmentInfo segment, FieldInfos fields, IOContext context)
      throws IOException {
    checkVersion(segment);
    StoredFieldsReader stored =
        platformFormat.apply(segment).fieldsReader(directory, segment, fields, context);
    try {
      return new DerivedStoredFieldsReader(
          stored, new SegmentVectors(directory, segment, fields, context));
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, stored);
      throw t;
    }
  }

  @Override
  public StoredFieldsWriter fieldsWriter(
      Directory directory, SegmentInfo segment, IOContext context) throws IOException {
    segment.putAttribute(SOURCE_VERSION, String.valueOf(StrippedSource.VERSION_CURRENT));
    return new DerivedStoredFieldsWriter(
        platformFormat.apply(segment).fieldsWriter(directory, segment, context));
  }

  /**
   * Checks when a segment is opened, and not at its first newer document, that its sources can be
   * read.
   *
   * @throws IndexFormatTooNewException if a later version of the plugin wrote them
   * @throws CorruptIndexException if the segment names no version at all
   */
  private static void checkVersion(SegmentInfo segment) throws IOException {
    String given = segment.getAttribute(SOURCE_VERSION);
    if (given == null) {
      return;
    }
    String resource =
        IndexFileNames.segmentFileName(segment.name, "", Lucene99SegmentInfoFormat.SI_EXTENSION)
            + ", attribute ["
            + SOURCE_VERSION
            + "]: stored field ["
            + SourceFieldMapper.NAME
            + "]";
    int version;
    try {
      version = Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw new CorruptIndexException(
          "expected the version of stored sources, found [" + given + "]", resource, e);
    }
    if (version < 0) {
      throw new CorruptIndexException(
          "expected the version of stored sources, found [" + given + "]", resource);
    }
    if (version > StrippedSource.VERSION_CURRENT) {
      throw new IndexFormatTooNewException(resource, version, 0, StrippedSource.VERSION_CURRENT);
    }
  }
}
