/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.codecs.DocValuesFormat;
import org.apache.lucene.codecs.FieldInfosFormat;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.LiveDocsFormat;
import org.apache.lucene.codecs.NormsFormat;
import org.apache.lucene.codecs.PointsFormat;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.SegmentInfoFormat;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.TermVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99SegmentInfoFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.SegmentInfo;

/**
 * Reads the segments of indexes with quantized vectors: the platform's codec, but for {@link
 * DerivedStoredFieldsFormat the stored fields}, in which documents' sources lack their vectors.
 *
 * <p>Lucene finds this codec by its name in the segment. The segment attribute {@value
 * #PLATFORM_CODEC} names the platform codec that wrote all other formats. Each segment is read by
 * the codec that it names, because an index outlives the version of the platform that wrote its
 * first segments. The file with the attributes itself (.si) is always in the format {@link
 * Lucene99SegmentInfoFormat}.
 *
 * <p>{@link MappedCodec} writes what this codec reads.
 */
public final class QuantvecCodec extends Codec {

  /** The name in segments. Another way to write what is this codec's own takes another name. */
  public static final String NAME = "Quantvec1";

  /** The attribute of a segment with the name of the codec that is delegated to. */
  static final String PLATFORM_CODEC = "io.quantvec.platform_codec";

  static final SegmentInfoFormat SEGMENT_INFO_FORMAT = new Lucene99SegmentInfoFormat();

  private final KnnVectorsFormat vectors =
      new PerFieldKnnVectorsFormat() {
        @Override
        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
          throw new UnsupportedOperationException("vectors are written as the mapping says");
        }
      };

  private final StoredFieldsFormat storedFields =
      new DerivedStoredFieldsFormat(segment -> platformCodec(segment).storedFieldsFormat());

  /** The constructor that SPI calls. */
  public QuantvecCodec() {
    super(NAME);
  }

  /**
   * The codec that a segment delegates to.
   *
   * @throws IllegalArgumentException if the segment names none, or one that is not installed
   */
  static Codec platformCodec(SegmentInfo segment) {
    String name = segment.getAttribute(PLATFORM_CODEC);
    if (name == null) {
      throw new IllegalArgumentException(
          "segment ["
              + segment.name
              + "] of codec ["
              + NAME
              + "] has no attribute ["
              + PLATFORM_CODEC
              + "]");
    }
    return Codec.forName(name);
  }

  @Override
  public SegmentInfoFormat segmentInfoFormat() {
    return SEGMENT_INFO_FORMAT;
  }

  @Override
  public StoredFieldsFormat storedFieldsFormat() {
    return storedFields;
  }

  @Override
  public KnnVectorsFormat knnVectorsFormat() {
    return vectors;
  }

  @Override
  public PostingsFormat postingsFormat() {
    return PlatformFormats.POSTINGS;
  }

  @Override
  public DocValuesFormat docValuesFormat() {
    return PlatformFormats.DOC_VALUES;
  }

  @Override
  public TermVectorsFormat termVectorsFormat() {
    return PlatformFormats.TERM_VECTORS;
  }

  @Override
  public FieldInfosFormat fieldInfosFormat() {
    return PlatformFormats.FIELD_INFOS;
  }

  @Override
  public NormsFormat normsFormat() {
    return PlatformFormats.NORMS;
  }

  @Override
  public LiveDocsFormat liveDocsFormat() {
    return PlatformFormats.LIVE_DOCS;
  }

  @Override
  public CompoundFormat compoundFormat() {
    return PlatformFormats.COMPOUND;
  }

  @Override
  public PointsFormat pointsFormat() {
    return PlatformFormats.POINTS;
  }
}
