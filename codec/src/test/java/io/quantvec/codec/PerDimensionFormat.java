/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.io.IOException;
import java.util.function.Function;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOUtils;

/**
 * Writes one field with a format that depends on the field's dimension, because static calibrations
 * do. Lucene's test suite sets the dimension only with the first vector. Each dimension needs its
 * own instance.
 */
final class PerDimensionFormat extends KnnVectorsFormat {

  private final Function<Integer, KnnVectorsFormat> formats;

  /**
   * @param formats maps a dimension to a format; all formats have the same name
   */
  PerDimensionFormat(Function<Integer, KnnVectorsFormat> formats) {
    super(formats.apply(1).getName());
    this.formats = formats;
  }

  /** A new instance for another field. */
  PerDimensionFormat copy() {
    return new PerDimensionFormat(formats);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return formats.apply(1).getMaxDimensions(fieldName);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return formats.apply(1).fieldsReader(state);
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) {
    return new Writer(state);
  }

  private final class Writer extends KnnVectorsWriter {

    private final SegmentWriteState state;

    /** Null until the first field is added. */
    private KnnVectorsWriter delegate;

    private int dimension;

    Writer(SegmentWriteState state) {
      this.state = state;
    }

    private KnnVectorsWriter delegate(FieldInfo field) throws IOException {
      if (delegate == null) {
        dimension = field.getVectorDimension();
        delegate = formats.apply(dimension).fieldsWriter(state);
      } else if (dimension != field.getVectorDimension()) {
        throw new IllegalStateException(
            "expected fields of one dimension only, got dimension " + field.name);
      }
      return delegate;
    }

    @Override
    public KnnFieldVectorsWriter<?> addField(FieldInfo fieldInfo) throws IOException {
      return delegate(fieldInfo).addField(fieldInfo);
    }

    @Override
    public IORunnable mergeOneField(FieldInfo fieldInfo, MergeState mergeState) throws IOException {
      return delegate(fieldInfo).mergeOneField(fieldInfo, mergeState);
    }

    @Override
    public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
      delegate.flush(maxDoc, sortMap);
    }

    @Override
    public void finish() throws IOException {
      delegate.finish();
    }

    @Override
    public void close() throws IOException {
      IOUtils.close(delegate);
    }

    @Override
    public long ramBytesUsed() {
      return delegate == null ? 0 : delegate.ramBytesUsed();
    }
  }
}
