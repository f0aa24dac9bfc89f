/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.write.MergeThreads;
import io.quantvec.codec.write.QuantizedFlatVectorsWriter;
import io.quantvec.codec.write.WriteContext;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * A made-up release of the flat format: it writes version 1, which adds a byte to each field's
 * metadata, and reads version 0 as well.
 */
public final class NextVersionFormat extends FlatVectorsFormat {

  /** What version 1 adds. */
  static final byte ADDED = 42;

  private static final FieldMetadataVersion VERSION_0 = FormatVersions.RELEASED.current();

  private static final FormatVersions BOTH =
      new FormatVersions(List.of(VERSION_0, new FieldMetadataVersion1()));

  private final FormatVersions written;

  /** The format that SPI makes. */
  public NextVersionFormat() {
    this(BOTH.current().number());
  }

  /**
   * @param version 0 or 1, which new segments get
   */
  NextVersionFormat(int version) {
    super("QuantvecNextVersion");
    this.written = new FormatVersions(BOTH.versions().subList(0, version + 1));
  }

  @Override
  public FlatVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return new QuantizedFlatVectorsWriter(
        state,
        new QuantizationConfig(Precision.INT4),
        MergeThreads.ONE,
        WriteContext.ofOneFormat(),
        written);
  }

  @Override
  public FlatVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new QuantizedFlatVectorsReader(state, BOTH);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return QuantizedFlatVectorsFormat.MAX_DIMENSIONS;
  }

  private static final class FieldMetadataVersion1 implements FieldMetadataVersion {

    @Override
    public int number() {
      return 1;
    }

    @Override
    public void write(SegmentField field, IndexOutput meta) throws IOException {
      meta.writeByte(ADDED);
      VERSION_0.write(field, meta);
    }

    @Override
    public SegmentField read(
        IndexInput meta, FieldInfo info, int maxDoc, CalibrationFile calibrations)
        throws IOException {
      byte added = meta.readByte();
      if (added != ADDED) {
        throw new CorruptIndexException("expected " + ADDED + ", found " + added, meta);
      }
      return VERSION_0.read(meta, info, maxDoc, calibrations);
    }
  }
}
