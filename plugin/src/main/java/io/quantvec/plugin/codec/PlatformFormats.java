/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import static io.quantvec.plugin.codec.QuantvecCodec.platformCodec;

import java.io.IOException;
import java.util.Collection;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.codecs.DocValuesConsumer;
import org.apache.lucene.codecs.DocValuesFormat;
import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.codecs.FieldInfosFormat;
import org.apache.lucene.codecs.FieldsConsumer;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.LiveDocsFormat;
import org.apache.lucene.codecs.NormsConsumer;
import org.apache.lucene.codecs.NormsFormat;
import org.apache.lucene.codecs.NormsProducer;
import org.apache.lucene.codecs.PointsFormat;
import org.apache.lucene.codecs.PointsReader;
import org.apache.lucene.codecs.PointsWriter;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.TermVectorsFormat;
import org.apache.lucene.codecs.TermVectorsReader;
import org.apache.lucene.codecs.TermVectorsWriter;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.Bits;

/**
 * The formats that {@link QuantvecCodec} takes from the platform. Each format asks the segment for
 * the codec that wrote it. They also write, because doc values and live documents of existing
 * segments are updated.
 */
final class PlatformFormats {

  static final PostingsFormat POSTINGS = new Postings();
  static final DocValuesFormat DOC_VALUES = new DocValues();
  static final TermVectorsFormat TERM_VECTORS = new TermVectors();
  static final FieldInfosFormat FIELD_INFOS = new Fields();
  static final NormsFormat NORMS = new Norms();
  static final LiveDocsFormat LIVE_DOCS = new LiveDocs();
  static final CompoundFormat COMPOUND = new Compound();
  static final PointsFormat POINTS = new Points();

  private PlatformFormats() {}

  private static final class Postings extends PostingsFormat {

    Postings() {
      super(QuantvecCodec.NAME);
    }

    @Override
    public FieldsConsumer fieldsConsumer(SegmentWriteState state) throws IOException {
      return platformCodec(state.segmentInfo).postingsFormat().fieldsConsumer(state);
    }

    @Override
    public FieldsProducer fieldsProducer(SegmentReadState state) throws IOException {
      return platformCodec(state.segmentInfo).postingsFormat().fieldsProducer(state);
    }
  }

  private static final class DocValues extends DocValuesFormat {

    DocValues() {
      super(QuantvecCodec.NAME);
    }

    @Override
    public DocValuesConsumer fieldsConsumer(SegmentWriteState state) throws IOException {
      return platformCodec(state.segmentInfo).docValuesFormat().fieldsConsumer(state);
    }

    @Override
    public DocValuesProducer fieldsProducer(SegmentReadState state) throws IOException {
      return platformCodec(state.segmentInfo).docValuesFormat().fieldsProducer(state);
    }
  }

  private static final class TermVectors extends TermVectorsFormat {

    @Override
    public TermVectorsReader vectorsReader(
        Directory directory, SegmentInfo segment, FieldInfos fields, IOContext context)
        throws IOException {
      return platformCodec(segment)
          .termVectorsFormat()
          .vectorsReader(directory, segment, fields, context);
    }

    @Override
    public TermVectorsWriter vectorsWriter(
        Directory directory, SegmentInfo segment, IOContext context) throws IOException {
      return platformCodec(segment).termVectorsFormat().vectorsWriter(directory, segment, context);
    }
  }

  private static final class Fields extends FieldInfosFormat {

    @Override
    public FieldInfos read(
        Directory directory, SegmentInfo segment, String suffix, IOContext context)
        throws IOException {
      return platformCodec(segment).fieldInfosFormat().read(directory, segment, suffix, context);
    }

    @Override
    public void write(
        Directory directory,
        SegmentInfo segment,
        String suffix,
        FieldInfos fields,
        IOContext context)
        throws IOException {
      platformCodec(segment).fieldInfosFormat().write(directory, segment, suffix, fields, context);
    }
  }

  private static final class Norms extends NormsFormat {

    @Override
    public NormsConsumer normsConsumer(SegmentWriteState state) throws IOException {
      return platformCodec(state.segmentInfo).normsFormat().normsConsumer(state);
    }

    @Override
    public NormsProducer normsProducer(SegmentReadState state) throws IOException {
      return platformCodec(state.segmentInfo).normsFormat().normsProducer(state);
    }
  }

  private static final class LiveDocs extends LiveDocsFormat {

    @Override
    public Bits readLiveDocs(Directory directory, SegmentCommitInfo segment, IOContext context)
        throws IOException {
      return platformCodec(segment.info).liveDocsFormat().readLiveDocs(directory, segment, context);
    }

    @Override
    public void writeLiveDocs(
        Bits bits,
        Directory directory,
        SegmentCommitInfo segment,
        int newDelCount,
        IOContext context)
        throws IOException {
      platformCodec(segment.info)
          .liveDocsFormat()
          .writeLiveDocs(bits, directory, segment, newDelCount, context);
    }

    @Override
    public void files(SegmentCommitInfo segment, Collection<String> files) throws IOException {
      platformCodec(segment.info).liveDocsFormat().files(segment, files);
    }
  }

  private static final class Compound extends CompoundFormat {

    @Override
    public CompoundDirectory getCompoundReader(Directory directory, SegmentInfo segment)
        throws IOException {
      return platformCodec(segment).compoundFormat().getCompoundReader(directory, segment);
    }

    @Override
    public void write(Directory directory, SegmentInfo segment, IOContext context)
        throws IOException {
      platformCodec(segment).compoundFormat().write(directory, segment, context);
    }
  }

  private static final class Points extends PointsFormat {

    @Override
    public PointsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return platformCodec(state.segmentInfo).pointsFormat().fieldsWriter(state);
    }

    @Override
    public PointsReader fieldsReader(SegmentReadState state) throws IOException {
      return platformCodec(state.segmentInfo).pointsFormat().fieldsReader(state);
    }
  }
}
