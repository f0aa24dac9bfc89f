/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import io.quantvec.plugin.source.StrippedSource;
import io.quantvec.plugin.source.VectorForm;
import io.quantvec.plugin.source.VectorSpelling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.SegmentInfoFormat;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.OneMergeWrappingMergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.tests.store.BaseDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;
import org.apache.lucene.util.Version;

/** The codec below the platform: what is stored, and what is read of it. */
public class QuantvecCodecTests extends LuceneTestCase {

  private static final String TEXT = "{\"v\":[0.5,-1.25],\"n\":7}";

  private static BytesRef stripped() throws IOException {
    return StrippedSource.strip(
        new BytesRef(TEXT),
        List.of(
            new StrippedSource.Vector(
                "v", 0, new VectorSpelling(VectorForm.NUMBERS, null), 5, 16)));
  }

  private static Document document(String id, BytesRef source, boolean vector) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.NO));
    document.add(new StoredField("_source", source));
    if (vector) {
      document.add(new KnnFloatVectorField("v", new float[] {.5f, -1.25f}));
    }
    return document;
  }

  private static List<String> sources(IndexReader reader) throws IOException {
    List<String> sources = new ArrayList<>();
    for (int doc = 0; doc < reader.maxDoc(); doc++) {
      sources.add(reader.storedFields().document(doc).getBinaryValue("_source").utf8ToString());
    }
    return sources;
  }

  private static IndexWriterConfig config(Codec codec) {
    return new IndexWriterConfig().setCodec(codec).setMergePolicy(new TieredMergePolicy());
  }

  public void testSourceComesBack() throws IOException {
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config(CodecFixtures.quantvec()))) {
        writer.addDocument(document("1", stripped(), true));
        writer.commit();
        writer.addDocument(document("2", new BytesRef(TEXT), true));
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(List.of(TEXT, TEXT), sources(reader));
        List<byte[]> stored = StoredSources.of(reader);
        assertArrayEquals(BytesRef.deepCopyOf(stripped()).bytes, stored.get(0));
        assertArrayEquals(TEXT.getBytes(StandardCharsets.UTF_8), stored.get(1));
      }
    }
  }

  /** As before this plugin had a codec; merges bring those segments into new ones. */
  public void testSegmentsOfThePlatformsCodecStayReadable() throws IOException {
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, config(CodecFixtures.luceneWithQuantizedVectors()))) {
        writer.addDocument(document("1", new BytesRef(TEXT), true));
      }
      try (IndexWriter writer = new IndexWriter(directory, config(CodecFixtures.quantvec()))) {
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          assertEquals(List.of(TEXT), sources(reader));
        }
        writer.addDocument(document("2", stripped(), true));
        writer.commit();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertEquals(List.of(TEXT, TEXT), sources(reader));
        }
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(1, reader.leaves().size());
        assertEquals(List.of(TEXT, TEXT), sources(reader));
      }
    }
  }

  /** The platform wraps the readers of some merges, so that ours cannot be seen. */
  public void testMergesOfWrappedReadersLeaveSourcesStripped() throws IOException {
    MergePolicy wrapping =
        new OneMergeWrappingMergePolicy(
            new TieredMergePolicy(),
            merge ->
                new MergePolicy.OneMerge(merge.segments) {
                  @Override
                  public CodecReader wrapForMerge(CodecReader reader) {
                    return new Wrapped(reader);
                  }
                });
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, config(CodecFixtures.quantvec()).setMergePolicy(wrapping))) {
        for (int i = 0; i < 3; i++) {
          writer.addDocument(document("" + i, stripped(), true));
          writer.commit();
        }
        writer.deleteDocuments(new Term("id", "1"));
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (byte[] source : StoredSources.of(reader)) {
          assertArrayEquals(BytesRef.deepCopyOf(stripped()).bytes, source);
        }
        assertEquals(List.of(TEXT, TEXT), sources(reader));
      }
    }
  }

  private static final class Wrapped extends FilterCodecReader {

    Wrapped(CodecReader in) {
      super(in);
    }

    @Override
    public StoredFieldsReader getFieldsReader() {
      return new WrappedFields(super.getFieldsReader());
    }

    @Override
    public CacheHelper getCoreCacheHelper() {
      return null;
    }

    @Override
    public CacheHelper getReaderCacheHelper() {
      return null;
    }
  }

  private static final class WrappedFields extends StoredFieldsReader {

    private final StoredFieldsReader in;

    WrappedFields(StoredFieldsReader in) {
      this.in = in;
    }

    @Override
    public StoredFieldsReader clone() {
      return new WrappedFields(in.clone());
    }

    @Override
    public StoredFieldsReader getMergeInstance() {
      return new WrappedFields(in.getMergeInstance());
    }

    @Override
    public void checkIntegrity() throws IOException {
      in.checkIntegrity();
    }

    @Override
    public void document(int document, StoredFieldVisitor visitor) throws IOException {
      in.document(document, visitor);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** A document without its vector would lose it for good at the next update. */
  public void testMissingVectorIsAnError() throws IOException {
    try (BaseDirectoryWrapper directory = newDirectory()) {
      // The check would fail with the very error that is expected below.
      directory.setCheckIndexOnClose(false);
      try (IndexWriter writer = new IndexWriter(directory, config(CodecFixtures.quantvec()))) {
        writer.addDocument(document("1", stripped(), true));
        writer.addDocument(document("2", stripped(), false));
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertNotNull(reader.storedFields().document(0));
        IOException e = expectThrows(IOException.class, () -> reader.storedFields().document(1));
        assertTrue(
            e.getMessage(), e.getMessage().contains("field [v] has no vector in document 1"));
      }
    }
  }

  public void testSegmentThatNamesNoPlatformCodec() throws IOException {
    try (Directory directory = newDirectory()) {
      SegmentInfo segment =
          new SegmentInfo(
              directory,
              Version.LATEST,
              Version.LATEST,
              "_0",
              1,
              false,
              false,
              new QuantvecCodec(),
              Map.of(),
              StringHelper.randomId(),
              Map.of(),
              null);
      IllegalArgumentException e =
          expectThrows(IllegalArgumentException.class, () -> QuantvecCodec.platformCodec(segment));
      assertTrue(e.getMessage(), e.getMessage().contains("io.quantvec.platform_codec"));
      segment.putAttribute(QuantvecCodec.PLATFORM_CODEC, "Lucene000");
      e = expectThrows(IllegalArgumentException.class, () -> QuantvecCodec.platformCodec(segment));
      assertTrue(e.getMessage(), e.getMessage().contains("Lucene000"));
    }
  }

  private static Exception openWithVersion(String version) throws IOException {
    Codec codec = CodecFixtures.quantvec();
    SegmentInfoFormat format =
        new SegmentInfoFormat() {
          @Override
          public SegmentInfo read(
              Directory directory, String segmentName, byte[] segmentId, IOContext context)
              throws IOException {
            return codec.segmentInfoFormat().read(directory, segmentName, segmentId, context);
          }

          @Override
          public void write(Directory directory, SegmentInfo info, IOContext context)
              throws IOException {
            info.putAttribute(DerivedStoredFieldsFormat.SOURCE_VERSION, version);
            codec.segmentInfoFormat().write(directory, info, context);
          }
        };
    Codec writing =
        new FilterCodec(codec.getName(), codec) {
          @Override
          public SegmentInfoFormat segmentInfoFormat() {
            return format;
          }
        };
    try (BaseDirectoryWrapper directory = newDirectory()) {
      // The check would fail with the very error that is expected.
      directory.setCheckIndexOnClose(false);
      try (IndexWriter writer = new IndexWriter(directory, config(writing))) {
        writer.addDocument(document("1", stripped(), true));
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(List.of(TEXT), sources(reader));
        return null;
      } catch (IOException e) {
        return e;
      }
    }
  }

  /** When the segment is opened, and not when somebody asks for the first document. */
  public void testVersionOfStoredSourcesIsCheckedAtOpen() throws IOException {
    assertNull(openWithVersion("0"));
    assertNull(openWithVersion("" + StrippedSource.VERSION_CURRENT));
    int newer = StrippedSource.VERSION_CURRENT + 1;
    Exception e = openWithVersion("" + newer);
    assertTrue(String.valueOf(e), e instanceof IndexFormatTooNewException);
    assertTrue(e.getMessage(), e.getMessage().contains("_0.si"));
    assertTrue(e.getMessage(), e.getMessage().contains("stored field [_source]"));
    assertTrue(
        e.getMessage(),
        e.getMessage().contains(newer + " (needs to be between 0 and " + (newer - 1)));
    for (String damaged : List.of("-1", "", "x", "99999999999")) {
      e = openWithVersion(damaged);
      assertTrue(String.valueOf(e), e instanceof CorruptIndexException);
      assertTrue(e.getMessage(), e.getMessage().contains("found [" + damaged + "]"));
      assertTrue(e.getMessage(), e.getMessage().contains("_0.si"));
      assertTrue(e.getMessage(), e.getMessage().contains("stored field [_source]"));
    }
  }

  public void testSegmentsNameTheVersionOfTheirSources() throws IOException {
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config(CodecFixtures.quantvec()))) {
        writer.addDocument(document("1", stripped(), true));
        writer.commit();
        writer.addDocument(document("2", stripped(), true));
        writer.commit();
        writer.forceMerge(1);
      }
      for (SegmentCommitInfo segment : SegmentInfos.readLatestCommit(directory)) {
        assertEquals(
            "" + StrippedSource.VERSION_CURRENT,
            segment.info.getAttribute(DerivedStoredFieldsFormat.SOURCE_VERSION));
      }
    }
  }
}
