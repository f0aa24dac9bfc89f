/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A merge of segments with the same calibration copies bytes and does not read numbers of the
 * rerank copy.
 */
class CopiedMergeTest {

  private static final int DIMENSION = 40;

  @TempDir Path folder;

  /**
   * A directory that, while closed for floats, allows copying bytes of the rerank copy but not
   * reading numbers.
   */
  private static final class FloatlessDirectory extends FilterDirectory {

    private boolean shut;

    FloatlessDirectory(Directory in) {
      super(in);
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
      IndexInput input = super.openInput(name, context);
      return name.endsWith(".qvr") ? new FloatlessInput(name, input) : input;
    }

    private final class FloatlessInput extends FilterIndexInput {

      FloatlessInput(String name, IndexInput in) {
        super(name, in);
      }

      private void refuse() throws IOException {
        if (shut) {
          throw new IOException("expected bytes only, but a number is read from " + this);
        }
      }

      @Override
      public short readShort() throws IOException {
        refuse();
        return in.readShort();
      }

      @Override
      public int readInt() throws IOException {
        refuse();
        return in.readInt();
      }

      @Override
      public long readLong() throws IOException {
        refuse();
        return in.readLong();
      }

      @Override
      public void readFloats(float[] floats, int offset, int len) throws IOException {
        refuse();
        in.readFloats(floats, offset, len);
      }

      @Override
      public IndexInput slice(String description, long offset, long length) throws IOException {
        return new FloatlessInput(description, in.slice(description, offset, length));
      }

      @Override
      public IndexInput clone() {
        return new FloatlessInput(toString(), in.clone());
      }
    }
  }

  static Stream<KnnVectorsFormat> formats() {
    float[] min = new float[DIMENSION];
    float[] max = new float[DIMENSION];
    Arrays.fill(min, -3);
    Arrays.fill(max, 4);
    List<QuantizationConfig> configs = new ArrayList<>();
    for (Precision precision : VectorFixtures.namedPrecisions()) {
      configs.add(new QuantizationConfig(precision));
    }
    configs.add(new QuantizationConfig(Precision.INT2, Allocation.UNIFORM));
    configs.add(QuantizationConfig.ofBits(5.3, Allocation.MIXED));
    configs.add(
        new QuantizationConfig(Precision.INT4)
            .withCalibration(CalibrationConfig.frozen(FixedCalibrations.ranges(min, max, 4))));
    for (RerankPrecision rerank : RerankPrecision.values()) {
      configs.add(new QuantizationConfig(Precision.BINARY).withRerank(rerank));
      configs.add(new QuantizationConfig(Precision.INT8).withRerank(rerank));
      configs.add(new QuantizationConfig(Precision.FP16).withRerank(rerank));
    }
    return configs.stream()
        // A merge with a graph reads the rerank copies on purpose, because it compares vectors by
        // them.
        .map(QuantizedFlatVectorsFormat::new);
  }

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.COSINE;

  private static float[][] add(
      FloatlessDirectory directory, IndexWriterConfig config, int count, int firstId)
      throws IOException {
    float[][] vectors = VectorFixtures.clustered(count, DIMENSION, firstId);
    // The previous segments are open, as in an index in use.
    if (firstId > 0) {
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        IndexFixtures.addSegment(directory, config, SIMILARITY, firstId, vectors);
        assertTrue(open.numDocs() > 0);
      }
    } else {
      IndexFixtures.addSegment(directory, config, SIMILARITY, firstId, vectors);
    }
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void noFloatIsRead(KnnVectorsFormat format) throws IOException {
    try (FloatlessDirectory directory = new FloatlessDirectory(IndexFixtures.directory(folder))) {
      List<float[]> vectors = new ArrayList<>();
      // The first segment has enough vectors to learn a calibration for all segments.
      for (int count : new int[] {1_100, 300, 1, 150}) {
        float[][] added = add(directory, IndexFixtures.config(format), count, vectors.size());
        vectors.addAll(Arrays.asList(added));
      }
      ByteArrayOutputStream codes = new ByteArrayOutputStream();
      ByteArrayOutputStream copies = new ByteArrayOutputStream();
      List<float[]> read = new ArrayList<>();
      double squares = 0;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          codes.writeBytes(IndexFixtures.codes(leaf));
          copies.writeBytes(IndexFixtures.copies(leaf));
          QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
          for (int ord = 0; ord < values.size(); ord++) {
            read.add(values.vectorValue(ord).clone());
          }
          squares += values.size() * Math.pow(values.quantization().fit().valueError(), 2);
        }
      }
      directory.shut = true;
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format));
      directory.shut = false;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        assertEquals(1, reader.leaves().size());
        assertArrayEquals(codes.toByteArray(), IndexFixtures.codes(leaf));
        assertArrayEquals(copies.toByteArray(), IndexFixtures.copies(leaf));
        QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
        SegmentField merged = values.quantization();
        assertEquals(vectors.size(), merged.provenance().copied());
        double error = Math.sqrt(squares / vectors.size());
        assertEquals(error, merged.fit().valueError(), 1e-5 * error);
        for (int ord = 0; ord < vectors.size(); ord++) {
          assertArrayEquals(read.get(ord), values.vectorValue(ord));
          if (merged.rerankCopy() == RerankPrecision.FP32) {
            assertArrayEquals(vectors.get(ord), values.vectorValue(ord));
          }
        }
      }
      IndexFixtures.expectClean(directory);
    }
  }

  @Test
  void mergesWithDeletesAndSortingReadNoFloat() throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.INT4);
    Sort byRank = new Sort(new SortField("rank", SortField.Type.LONG));
    try (FloatlessDirectory directory = new FloatlessDirectory(IndexFixtures.directory(folder))) {
      float[][] first = add(directory, IndexFixtures.config(config).setIndexSort(byRank), 1_000, 0);
      float[][] second =
          add(directory, IndexFixtures.config(config).setIndexSort(byRank), 300, 1_000);
      try (IndexWriter writer =
          new IndexWriter(directory, IndexFixtures.config(config).setIndexSort(byRank))) {
        for (int id = 0; id < 1_300; id += 3) {
          writer.deleteDocuments(new Term("key", Integer.toString(id)));
        }
      }
      directory.shut = true;
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config).setIndexSort(byRank));
      directory.shut = false;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        assertEquals(CodeOrigin.COPIED, merged.provenance().origin());
        assertEquals(merged.vectors(), merged.provenance().copied());
        int[] ids = IndexFixtures.ids(reader.leaves().get(0));
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        for (int ord = 0; ord < ids.length; ord++) {
          assertArrayEquals(
              ids[ord] < 1_000 ? first[ids[ord]] : second[ids[ord] - 1_000],
              values.vectorValue(ord));
        }
      }
    }
  }

  /** Checks that the directory of the tests above detects reads. */
  @Test
  void anotherCalibrationNeedsTheFloats() throws IOException {
    try (FloatlessDirectory directory = new FloatlessDirectory(IndexFixtures.directory(folder))) {
      add(directory, IndexFixtures.config(new QuantizationConfig(Precision.INT4)), 500, 0);
      directory.shut = true;
      IndexWriterConfig other =
          IndexFixtures.config(new QuantizationConfig(Precision.INT2))
              .setMergeScheduler(new SerialMergeScheduler());
      add(directory, other, 300, 500);
      IndexWriterConfig merging =
          IndexFixtures.config(new QuantizationConfig(Precision.INT2))
              .setMergeScheduler(new SerialMergeScheduler());
      IOException e =
          assertThrows(IOException.class, () -> IndexFixtures.forceMerge(directory, merging));
      assertTrue(e.toString().contains("a number is read"), e.toString());
    }
  }
}
