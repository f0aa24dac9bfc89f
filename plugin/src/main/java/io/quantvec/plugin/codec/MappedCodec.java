/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.SegmentInfoFormat;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;

/**
 * Writes the segments that {@link QuantvecCodec} reads: a codec of the platform, with the vector
 * formats that the mapping sets and with stored sources without vectors.
 */
final class MappedCodec extends FilterCodec {

  private final KnnVectorsFormat vectorsFormat;
  private final StoredFieldsFormat storedFieldsFormat;
  private final SegmentInfoFormat segmentInfoFormat;

  /**
   * @param platformCodec writes all the rest; found by its name when segments are read
   * @param vectorsFormat writes the vectors
   */
  MappedCodec(Codec platformCodec, PerFieldKnnVectorsFormat vectorsFormat) {
    super(QuantvecCodec.NAME, platformCodec);
    this.vectorsFormat = vectorsFormat;
    this.storedFieldsFormat =
        new DerivedStoredFieldsFormat(segment -> platformCodec.storedFieldsFormat());
    this.segmentInfoFormat = new NamingSegmentInfoFormat(platformCodec.getName());
  }

  @Override
  public KnnVectorsFormat knnVectorsFormat() {
    return vectorsFormat;
  }

  @Override
  public StoredFieldsFormat storedFieldsFormat() {
    return storedFieldsFormat;
  }

  @Override
  public SegmentInfoFormat segmentInfoFormat() {
    return segmentInfoFormat;
  }

  /** Writes the platform codec's name into every segment. */
  private static final class NamingSegmentInfoFormat extends SegmentInfoFormat {

    private final String platformCodec;

    NamingSegmentInfoFormat(String platformCodec) {
      this.platformCodec = platformCodec;
    }

    @Override
    public SegmentInfo read(
        Directory directory, String segmentName, byte[] segmentId, IOContext context)
        throws IOException {
      return QuantvecCodec.SEGMENT_INFO_FORMAT.read(directory, segmentName, segmentId, context);
    }

    @Override
    public void write(Directory directory, SegmentInfo info, IOContext context) throws IOException {
      // A segment that is added to another index is written again, and then has the attribute
      // already.
      if (info.getAttribute(QuantvecCodec.PLATFORM_CODEC) == null) {
        info.putAttribute(QuantvecCodec.PLATFORM_CODEC, platformCodec);
      }
      QuantvecCodec.SEGMENT_INFO_FORMAT.write(directory, info, context);
    }
  }
}
