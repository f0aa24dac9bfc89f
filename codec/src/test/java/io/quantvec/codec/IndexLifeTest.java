/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Segments of other indexes or other configurations, and segments whose vectors are deleted. */
class IndexLifeTest {

  private static final int DIMENSION = 40;

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  private static final QuantizationConfig INT4 = new QuantizationConfig(Precision.INT4);

  @TempDir Path folder;

  /**
   * Vectors of another index, which are distributed differently and therefore get a different
   * calibration.
   */
  private static float[][] foreign(int count, long seed) {
    float[][] vectors = VectorFixtures.clustered(count, DIMENSION, seed);
    for (float[] vector : vectors) {
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = 3 - 2 * vector[d] * (d % 5);
      }
    }
    return vectors;
  }

  private Directory directory(String name) throws IOException {
    return IndexFixtures.directory(folder.resolve(name));
  }

  private static void add(
      Directory directory, QuantizationConfig config, int firstId, float[]... vectors)
      throws IOException {
    IndexFixtures.addSegment(directory, IndexFixtures.config(config), SIMILARITY, firstId, vectors);
  }

  /**
   * Checks that every live document has the vector of its id, or none if it was indexed without
   * one.
   */
  private static void expectVectors(Directory directory, float[][] vectors) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
        int[] ids = IndexFixtures.ids(leaf);
        for (int ord = 0; ord < ids.length; ord++) {
          assertArrayEquals(vectors[ids[ord]], values.vectorValue(ord), "vector of " + ids[ord]);
        }
      }
    }
    IndexFixtures.expectClean(directory);
  }

  private static float[][] concat(float[][] first, float[][] second) {
    float[][] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Test
  void addedSegmentsKeepTheirCalibrationUntilAMerge() throws IOException {
    float[][] own = VectorFixtures.clustered(1_500, DIMENSION, 1);
    float[][] others = foreign(1_200, 2);
    QuantizationConfig otherConfig = new QuantizationConfig(Precision.BINARY);
    try (Directory directory = directory("own");
        Directory same = directory("same");
        Directory different = directory("different")) {
      add(directory, INT4, 0, own);
      add(same, INT4, 1_500, others);
      add(different, otherConfig, 2_700, others);
      String ownId;
      String sameId;
      try (DirectoryReader ownReader = DirectoryReader.open(directory);
          DirectoryReader sameReader = DirectoryReader.open(same)) {
        ownId = IndexFixtures.quantization(ownReader, 0).calibrationId();
        sameId = IndexFixtures.quantization(sameReader, 0).calibrationId();
      }
      assertNotEquals(ownId, sameId);
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(INT4))) {
        writer.addIndexes(same, different);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(ownId, IndexFixtures.quantization(reader, 0).calibrationId());
        assertEquals(sameId, IndexFixtures.quantization(reader, 1).calibrationId());
        assertEquals(otherConfig, IndexFixtures.quantization(reader, 2).config());
      }
      float[][] all = concat(concat(own, others), others);
      expectVectors(directory, all);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(INT4));
      expectVectors(directory, all);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        assertEquals(INT4, merged.config());
        assertEquals(all.length, merged.vectors());
        assertEquals(1, merged.driftRatio(), .3);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"INT4", "BINARY"})
  void addedReadersAreEncodedWithTheNewConfiguration(Precision written) throws IOException {
    float[][] own = VectorFixtures.clustered(1_500, DIMENSION, 1);
    float[][] others = foreign(1_200, 2);
    try (Directory directory = directory("own");
        Directory source = directory("source")) {
      add(directory, INT4, 0, own);
      add(source, new QuantizationConfig(written), 1_500, others);
      try (DirectoryReader reader = DirectoryReader.open(source);
          IndexWriter writer =
              new IndexWriter(
                  directory,
                  IndexFixtures.config(INT4).setMergeScheduler(new SerialMergeScheduler()))) {
        writer.addIndexes((CodecReader) reader.leaves().get(0).reader());
      }
      expectVectors(directory, concat(own, others));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField added = IndexFixtures.quantization(reader, 1);
        assertEquals(INT4, added.config());
        if (written == Precision.INT4) {
          assertEquals(CodeOrigin.COPIED, added.provenance().origin());
          assertEquals(CodeReason.FITS, added.provenance().reason());
        } else {
          assertEquals(CodeOrigin.LEARNED, added.provenance().origin());
          assertEquals(CodeReason.RECONFIGURED, added.provenance().reason());
        }
      }
    }
  }

  /** Merges documents in reverse order; policies that cluster similar documents also reorder. */
  private static final class ReversingMergePolicy extends FilterMergePolicy {

    ReversingMergePolicy() {
      super(new LogDocMergePolicy());
    }

    @Override
    public MergeSpecification findForcedMerges(
        SegmentInfos infos,
        int maxSegments,
        Map<SegmentCommitInfo, Boolean> toMerge,
        MergeContext context)
        throws IOException {
      MergeSpecification found = super.findForcedMerges(infos, maxSegments, toMerge, context);
      if (found == null) {
        return null;
      }
      MergeSpecification reversing = new MergeSpecification();
      for (OneMerge merge : found.merges) {
        reversing.add(new ReversingMerge(merge.segments));
      }
      return reversing;
    }
  }

  private static final class ReversingMerge extends MergePolicy.OneMerge {

    ReversingMerge(List<SegmentCommitInfo> segments) {
      super(segments);
    }

    @Override
    public Sorter.DocMap reorder(CodecReader reader, Directory directory, Executor executor) {
      int last = reader.maxDoc() - 1;
      return new Sorter.DocMap() {
        @Override
        public int oldToNew(int doc) {
          return last - doc;
        }

        @Override
        public int newToOld(int doc) {
          return last - doc;
        }

        @Override
        public int size() {
          return last + 1;
        }
      };
    }
  }

  /** Lucene passes the segments as one wrapped reader, whose codes cannot be copied. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"INT4", "FP16"})
  void mergesCanReorderDocuments(Precision precision) throws IOException {
    QuantizationConfig config = new QuantizationConfig(precision);
    float[][] vectors = VectorFixtures.clustered(800, DIMENSION, 1);
    vectors[5] = null;
    try (Directory directory = directory("index")) {
      add(directory, config, 0, Arrays.copyOf(vectors, 600));
      add(directory, config, 600, Arrays.copyOfRange(vectors, 600, 800));
      IndexWriterConfig reversing =
          IndexFixtures.config(config)
              .setMergePolicy(new ReversingMergePolicy())
              .setMergeScheduler(new SerialMergeScheduler());
      try (IndexWriter writer = new IndexWriter(directory, reversing)) {
        writer.deleteDocuments(new Term("key", "7"));
        writer.forceMerge(1);
      }
      expectVectors(directory, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        int[] ids = IndexFixtures.ids(reader.leaves().get(0));
        assertEquals(798, ids.length);
        assertEquals(799, ids[0]);
        assertEquals(0, ids[797]);
      }
    }
  }

  static Stream<Arguments> reconfigurations() {
    QuantizationConfig percentile = INT4.withCalibration(CalibrationConfig.percentile(99));
    return Stream.of(
        Arguments.of(new QuantizationConfig(Precision.BINARY), INT4),
        Arguments.of(new QuantizationConfig(Precision.FP16), INT4),
        Arguments.of(INT4, new QuantizationConfig(Precision.INT8)),
        Arguments.of(INT4, new QuantizationConfig(Precision.INT4, Allocation.UNIFORM)),
        Arguments.of(INT4, QuantizationConfig.ofBits(4, Allocation.MIXED)),
        Arguments.of(
            QuantizationConfig.ofBits(2.5, Allocation.MIXED),
            QuantizationConfig.ofBits(3, Allocation.MIXED)),
        Arguments.of(INT4, INT4.withCalibration(CalibrationConfig.dynamic(ScaleMethod.ENTROPY))),
        Arguments.of(percentile, INT4.withCalibration(CalibrationConfig.percentile(99.5))));
  }

  @ParameterizedTest
  @MethodSource("reconfigurations")
  void mergesUseTheNewConfiguration(QuantizationConfig old, QuantizationConfig config)
      throws IOException {
    float[][] vectors = VectorFixtures.clustered(900, DIMENSION, 1);
    try (Directory directory = directory("index")) {
      add(directory, old, 0, vectors);
      // The old segment is open, but its calibration does not fit the new configuration.
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        float[][] few = VectorFixtures.clustered(30, DIMENSION, 2);
        add(directory, config, 900, few);
        vectors = concat(vectors, few);
        assertEquals(old, IndexFixtures.quantization(open, 0).config());
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(CodeReason.FIRST, IndexFixtures.quantization(reader, 1).provenance().reason());
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        assertEquals(config, merged.config());
        assertEquals(930, merged.vectors());
        // The few vectors of the new configuration are not a sample of all vectors.
        assertEquals(CodeReason.GROWN, merged.provenance().reason());
        assertEquals(930, merged.calibration().sampleSize());
      }
      expectVectors(directory, vectors);
    }
  }

  @Test
  void indexWithOnlyDeletedVectorsStartsAgain() throws IOException {
    float[][] vectors = VectorFixtures.clustered(200, DIMENSION, 1);
    float[] none = null;
    try (Directory directory = directory("index")) {
      add(directory, INT4, 0, concat(vectors, new float[][] {none}));
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(INT4))) {
        for (int id = 0; id < 200; id++) {
          writer.deleteDocuments(new Term("key", Integer.toString(id)));
        }
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(INT4));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField empty = IndexFixtures.quantization(reader, 0);
        assertEquals(0, empty.vectors());
        assertEquals(CodeOrigin.UNCALIBRATED, empty.provenance().origin());
        assertNull(empty.calibration());
        assertNull(empty.calibrationId());
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertNull(values.scorer(new float[DIMENSION]));
        assertTrue(IndexFixtures.best(reader, new float[DIMENSION], 5).isEmpty());
      }
      // The segment without vectors is merged with a segment that has vectors.
      add(directory, INT4, 0, vectors);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(INT4));
      expectVectors(directory, vectors);
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(INT4))) {
        writer.deleteDocuments(MatchAllDocsQuery.INSTANCE);
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(INT4));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(0, reader.maxDoc());
      }
    }
  }

  @Test
  void fieldsCanBeSparseOrMissingInSegments() throws IOException {
    float[][] vectors = VectorFixtures.clustered(1_300, DIMENSION, 1);
    for (int id = 0; id < vectors.length; id++) {
      // Some segments have no vectors; in others, every second or third document has one.
      if (id % 3 == 1 || id % 2 == 1 || id / 100 == 12) {
        vectors[id] = null;
      }
    }
    try (Directory directory = directory("index")) {
      for (int from : new int[] {0, 1_000, 1_100, 1_200}) {
        int to = from == 0 ? 1_000 : from + 100;
        add(directory, INT4, from, Arrays.copyOfRange(vectors, from, to));
      }
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(INT4))) {
        for (int id = 0; id < 1_300; id += 4) {
          writer.deleteDocuments(new Term("key", Integer.toString(id)));
        }
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(INT4));
      expectVectors(directory, vectors);
      int left = 0;
      for (int id = 0; id < vectors.length; id++) {
        left += vectors[id] != null && id % 4 != 0 ? 1 : 0;
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(left, IndexFixtures.quantization(reader, 0).vectors());
      }
    }
  }

  @Test
  void fieldsOfOneSegmentHaveSeparateCalibrations() throws IOException {
    float[][] vectors = VectorFixtures.clustered(600, DIMENSION, 1);
    IndexWriterConfig config = IndexFixtures.config(INT4);
    try (Directory directory = directory("index")) {
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int id = 0; id < vectors.length; id++) {
          Document document = IndexFixtures.document(id, vectors[id], SIMILARITY);
          document.add(new KnnFloatVectorField("same", vectors[id], SIMILARITY));
          if (id % 2 == 0) {
            float[] half = Arrays.copyOf(vectors[id], DIMENSION / 2);
            document.add(new KnnFloatVectorField("half", half, VectorSimilarityFunction.COSINE));
          }
          writer.addDocument(document);
        }
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(INT4));
      expectVectors(directory, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        var leaf = reader.leaves().get(0).reader();
        SegmentField own = IndexFixtures.quantization(reader, 0);
        SegmentField same = quantization(leaf.getFloatVectorValues("same"));
        SegmentField half = quantization(leaf.getFloatVectorValues("half"));
        assertEquals(own.calibrationId(), same.calibrationId());
        assertEquals(300, half.vectors());
        assertEquals(DIMENSION / 2, half.calibration().dimension());
      }
    }
  }

  private static SegmentField quantization(FloatVectorValues values) {
    return ((QuantizedVectorValues) values).quantization();
  }
}
