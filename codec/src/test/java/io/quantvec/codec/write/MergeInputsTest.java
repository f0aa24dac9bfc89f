/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.query.RescoredKnnFloatVectorQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Merges read codes and rerank copies through inputs that searches do not use. */
class MergeInputsTest {

  private static final int DIMENSION = 40;

  /** Enough vectors that both segments and their merge use the first segment's calibration. */
  private static final int[] COUNTS = {1_100, 300};

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.COSINE;
  private static final QuantizationConfig CONFIG = new QuantizationConfig(Precision.INT4);

  @TempDir Path folder;

  /** An opened input and the bytes that were read through it, its slices and its clones. */
  private record Opened(String name, IOContext context, AtomicLong bytes, AtomicLong closed) {

    boolean has(DataAccessHint hint) {
      return context.context() == IOContext.Context.DEFAULT && context.hints().contains(hint);
    }

    boolean isClosed() {
      return closed.get() > 0;
    }
  }

  /** A directory that records its inputs. */
  private static final class RecordingDirectory extends FilterDirectory {

    private final List<Opened> opened = new ArrayList<>();

    RecordingDirectory(Directory in) {
      super(in);
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
      Opened record = new Opened(name, context, new AtomicLong(), new AtomicLong());
      IndexInput input = super.openInput(name, context);
      opened.add(record);
      return new RecordingInput(name, input, record, false);
    }

    List<Opened> of(String start, String end) {
      return opened.stream()
          .filter(input -> input.name().startsWith(start) && input.name().endsWith(end))
          .toList();
    }

    List<Opened> open(String start, String end) {
      return of(start, end).stream().filter(input -> !input.isClosed()).toList();
    }

    void forgetBytes() {
      opened.forEach(input -> input.bytes().set(0));
    }
  }

  private static final class RecordingInput extends FilterIndexInput {

    private final Opened record;
    private final boolean part;

    RecordingInput(String name, IndexInput in, Opened record, boolean part) {
      super(name, in);
      this.record = record;
      this.part = part;
    }

    @Override
    public void readBytes(byte[] bytes, int offset, int length) throws IOException {
      record.bytes.addAndGet(length);
      in.readBytes(bytes, offset, length);
    }

    @Override
    public void readFloats(float[] floats, int offset, int length) throws IOException {
      record.bytes.addAndGet((long) length * Float.BYTES);
      in.readFloats(floats, offset, length);
    }

    @Override
    public IndexInput slice(String description, long offset, long length) throws IOException {
      return new RecordingInput(description, in.slice(description, offset, length), record, true);
    }

    @Override
    public IndexInput clone() {
      return new RecordingInput(toString(), in.clone(), record, true);
    }

    @Override
    public void close() throws IOException {
      if (!part) {
        record.closed.incrementAndGet();
      }
      super.close();
    }
  }

  static Stream<KnnVectorsFormat> formats() {
    return Stream.of(new QuantizedFlatVectorsFormat(CONFIG), IndexFixtures.hnsw(CONFIG));
  }

  private static IndexWriterConfig merging(KnnVectorsFormat format) {
    return IndexFixtures.config(format)
        .setMergeScheduler(new SerialMergeScheduler())
        .setMergePolicy(new LogDocMergePolicy());
  }

  private static void addSegments(Directory directory, IndexWriterConfig config, int... counts)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config);
        // New segments inherit the calibration of open segments.
        SearcherManager open = new SearcherManager(writer, null)) {
      int id = 0;
      for (int count : counts) {
        for (float[] vector : VectorFixtures.clustered(count, DIMENSION, id)) {
          writer.addDocument(IndexFixtures.document(id++, vector, SIMILARITY));
        }
        open.maybeRefreshBlocking();
      }
    }
  }

  private static void search(DirectoryReader reader) throws IOException {
    float[] query = VectorFixtures.clustered(1, DIMENSION, -1)[0];
    new IndexSearcher(reader).search(new RescoredKnnFloatVectorQuery("v", query, 5, 50, null), 5);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void mergesAndSearchesDoNotShareInputs(KnnVectorsFormat format) throws IOException {
    try (RecordingDirectory directory = new RecordingDirectory(IndexFixtures.directory(folder))) {
      addSegments(directory, IndexFixtures.config(format), COUNTS);
      try (IndexWriter writer = new IndexWriter(directory, merging(format));
          DirectoryReader reader = DirectoryReader.open(writer)) {
        assertEquals(2, reader.leaves().size());
        directory.forgetBytes();
        writer.forceMerge(1);
        for (String segment : new String[] {"_0_", "_1_"}) {
          for (String extension : new String[] {".qvc", ".qvr", ".qve"}) {
            assertMerged(directory, segment, extension);
          }
        }
        directory.forgetBytes();
        search(reader);
        for (Opened input : directory.open("_0_", ".qve")) {
          assertEquals(0, input.bytes().get(), input.name());
        }
        for (String extension : new String[] {".qvc", ".qvr"}) {
          for (Opened input : directory.open("_0_", extension)) {
            assertEquals(input.has(DataAccessHint.RANDOM), input.bytes().get() > 0, input.name());
          }
        }
      }
      assertTrue(directory.opened.stream().allMatch(Opened::isClosed));
    }
  }

  private static void assertMerged(RecordingDirectory directory, String segment, String extension)
      throws IOException {
    List<Opened> open = directory.open(segment, extension);
    List<Opened> random = open.stream().filter(input -> input.has(DataAccessHint.RANDOM)).toList();
    List<Opened> sequential =
        open.stream().filter(input -> input.has(DataAccessHint.SEQUENTIAL)).toList();
    assertEquals(1, random.size());
    assertEquals(1, sequential.size());
    assertEquals(0, random.get(0).bytes().get());
    // Once for the checksum and once for copying.
    long length = directory.fileLength(random.get(0).name());
    assertTrue(sequential.get(0).bytes().get() > 1.8 * length, sequential.toString());
  }

  @Test
  void graphsAreNotBuiltOverASequentialInput() throws IOException {
    KnnVectorsFormat format = IndexFixtures.hnsw(CONFIG);
    try (RecordingDirectory directory = new RecordingDirectory(IndexFixtures.directory(folder))) {
      addSegments(directory, IndexFixtures.config(format), COUNTS);
      IndexFixtures.forceMerge(directory, merging(format));
      List<Opened> temporary = temporary(directory);
      assertEquals(3, temporary.size());
      for (Opened input : temporary) {
        // The contexts of merges and flushes would imply sequential advice.
        assertEquals(IOContext.DEFAULT, input.context());
      }
      // The source of the codes is read sequentially.
      for (Opened input : directory.of("_2_", ".qvr")) {
        long floats = (long) (COUNTS[0] + COUNTS[1]) * DIMENSION * Float.BYTES;
        assertEquals(input.has(DataAccessHint.SEQUENTIAL), input.bytes().get() >= floats);
      }
    }
  }

  @Test
  void graphsAreBuiltOverCopiesOf8Bits() throws IOException {
    KnnVectorsFormat format = IndexFixtures.hnsw(CONFIG.withRerank(RerankPrecision.INT8));
    try (RecordingDirectory directory = new RecordingDirectory(IndexFixtures.directory(folder))) {
      addSegments(directory, IndexFixtures.config(format), COUNTS);
      IndexFixtures.forceMerge(directory, merging(format));
      assertEquals(List.of(), temporary(directory));
      IndexFixtures.expectClean(directory);
    }
  }

  /** Temporary files of codes that graphs are built over. */
  private static List<Opened> temporary(RecordingDirectory directory) {
    return directory.of("_", ".tmp").stream()
        .filter(input -> input.name().contains("qvg"))
        .toList();
  }

  private static KnnVectorsReader vectors(DirectoryReader reader) {
    LeafReaderContext leaf = reader.leaves().get(0);
    return ((CodecReader) leaf.reader()).getVectorReader();
  }

  @Test
  void furtherMergesOpenNoMore() throws IOException {
    try (RecordingDirectory directory = new RecordingDirectory(IndexFixtures.directory(folder))) {
      addSegments(directory, IndexFixtures.config(CONFIG), COUNTS[0]);
      directory.opened.clear();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        KnnVectorsReader first = vectors(reader).getMergeInstance();
        KnnVectorsReader second = vectors(reader).getMergeInstance();
        first.finishMerge();
        second.checkIntegrity();
        assertEquals(2, directory.of("_0_", ".qvc").size());
        assertEquals(2, directory.of("_0_", ".qvr").size());
        assertEquals(2, directory.of("_0_", ".qve").size());
      }
      assertTrue(directory.opened.stream().allMatch(Opened::isClosed));
    }
  }

  /** Advice for a part of a compound file would also apply to the mapping that searches use. */
  @Test
  void compoundFilesAreOpenedSeparately() throws IOException {
    try (RecordingDirectory directory = new RecordingDirectory(IndexFixtures.directory(folder))) {
      addSegments(directory, IndexFixtures.config(CONFIG).setUseCompoundFile(true), COUNTS[0]);
      directory.opened.clear();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        List<Opened> searched = directory.of("_0", ".cfs");
        assertEquals(1, searched.size());
        searched.get(0).bytes().set(0);
        KnnVectorsReader merged = vectors(reader).getMergeInstance();
        float[] vector = merged.getFloatVectorValues("v").vectorValue(COUNTS[0] - 1);
        assertEquals(DIMENSION, vector.length);
        assertEquals(2, directory.of("_0", ".cfs").size());
        assertEquals(0, searched.get(0).bytes().get());
        assertFalse(searched.get(0).isClosed());
      }
      assertTrue(directory.opened.stream().allMatch(Opened::isClosed));
    }
  }

  @Test
  void readersOfDeletedFilesCanBeChecked() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      addSegments(directory, IndexFixtures.config(CONFIG), COUNTS);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexFixtures.forceMerge(directory, merging(new QuantizedFlatVectorsFormat(CONFIG)));
        assertTrue(Stream.of(directory.listAll()).noneMatch(name -> name.startsWith("_0")));
        for (LeafReaderContext leaf : reader.leaves()) {
          leaf.reader().checkIntegrity();
        }
        search(reader);
      }
    }
  }
}
