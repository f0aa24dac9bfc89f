/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import java.io.IOException;
import java.util.function.Function;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.codecs.StoredFieldsWriter;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.IOUtils;

/**
 * The platform's stored fields, of which {@code _source} may lack the text of vectors, as {@link
 * io.quantvec.plugin.source.StrippedSource} says. Whoever reads a document gets it with its
 * vectors, which come from the finest copy in the segment's vector files; a merge moves it without
 * them.
 */
final class DerivedStoredFieldsFormat extends StoredFieldsFormat {

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
    return new DerivedStoredFieldsWriter(
        platformFormat.apply(segment).fieldsWriter(directory, segment, context));
  }
}
