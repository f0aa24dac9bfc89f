/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.transform.DenseTransform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.util.TestUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How segments of an index inherit, copy and replace calibrations. */
class CalibrationLifeTest {

  private static final int DIMENSION = 48;

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  @TempDir Path folder;

  private static IndexWriterConfig config(Precision precision) {
    return new IndexWriterConfig()
        .setCodec(
            TestUtil.alwaysKnnVectorsFormat(
                new QuantizedFlatVectorsFormat(new QuantizationConfig(precision))))
        .setMergePolicy(NoMergePolicy.INSTANCE);
  }

  private static Document document(int id, float[] vector) {
    Document document = new Document();
    document.add(new StringField("id", Integer.toString(id), Field.Store.YES));
    document.add(new NumericDocValuesField("rank", -id));
    document.add(new KnnFloatVectorField("v", vector, SIMILARITY));
    return document;
  }

  /** Adds vectors as one segment. */
  private static void addSegment(Directory directory, IndexWriterConfig config, float[][] vectors)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < vectors.length; i++) {
        writer.addDocument(document(i, vectors[i]));
      }
    }
  }

  private static void forceMerge(Directory directory, IndexWriterConfig config) throws IOException {
    try (IndexWriter writer =
        new IndexWriter(directory, config.setMergePolicy(new LogDocMergePolicy()))) {
      writer.forceMerge(1);
    }
  }

  private static SegmentField entry(DirectoryReader reader, int leaf) throws IOException {
    return IndexFixtures.values(reader.leaves().get(leaf)).field().stored();
  }

  /** Whether the transform was learned. */
  private static boolean learned(LeafReaderContext leaf) throws IOException {
    return IndexFixtures.values(leaf).field().coding().calibration().orElseThrow().transform()
        instanceof DenseTransform;
  }

  private static float[][] moved(float[][] vectors, float by) {
    float[][] moved = new float[vectors.length][];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = vectors[i].clone();
      for (int d = 0; d < DIMENSION; d++) {
        // Swaps even and odd dimensions, so that other directions vary.
        moved[i][d] = vectors[i][d ^ 1] * (d % 2 == 0 ? by : 1 / by) + by;
      }
    }
    return moved;
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"INT8", "INT4", "INT2", "BINARY"})
  void segmentsInheritAndMergesCopyCodes(Precision precision) throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      float[][] first = VectorFixtures.clustered(1_500, DIMENSION, 1);
      float[][] second = VectorFixtures.clustered(1_200, DIMENSION, 2);
      addSegment(directory, config(precision), first);
      addSegment(directory, config(precision), second);
      byte[] expected;
      byte[] id;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(CodeOrigin.LEARNED, entry(reader, 0).provenance().origin());
        assertEquals(CodeOrigin.INHERITED, entry(reader, 1).provenance().origin());
        id = entry(reader, 0).locations().calibrationId();
        assertArrayEquals(id, entry(reader, 1).locations().calibrationId());
        if (precision != Precision.INT8) {
          assertTrue(learned(reader.leaves().get(0)));
        }
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(IndexFixtures.codes(reader.leaves().get(0)));
        both.writeBytes(IndexFixtures.codes(reader.leaves().get(1)));
        expected = both.toByteArray();
      }
      forceMerge(directory, config(precision));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(1, reader.leaves().size());
        assertEquals(CodeOrigin.COPIED, entry(reader, 0).provenance().origin());
        assertArrayEquals(id, entry(reader, 0).locations().calibrationId());
        assertArrayEquals(expected, IndexFixtures.codes(reader.leaves().get(0)));
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        for (int ord = 0; ord < values.size(); ord++) {
          float[] vector = ord < first.length ? first[ord] : second[ord - first.length];
          assertArrayEquals(vector, values.vectorValue(ord));
        }
      }
    }
  }

  @Test
  void calibrationsSurviveARestart() throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      addSegment(
          directory, config(Precision.BINARY), VectorFixtures.clustered(1_500, DIMENSION, 1));
    }
    // A new directory object does not share state with the first one, as after a restart.
    try (Directory directory = new MMapDirectory(folder);
        DirectoryReader open = DirectoryReader.open(directory)) {
      assertEquals(CodeOrigin.LEARNED, entry(open, 0).provenance().origin());
      addSegment(directory, config(Precision.BINARY), VectorFixtures.clustered(50, DIMENSION, 2));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(CodeOrigin.INHERITED, entry(reader, 1).provenance().origin());
        assertArrayEquals(
            entry(reader, 0).locations().calibrationId(),
            entry(reader, 1).locations().calibrationId());
      }
    }
  }

  @Test
  void foreignVectorsAreDetectedAndTheirMergeRecalibrates() throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      float[][] first = VectorFixtures.clustered(1_500, DIMENSION, 1);
      float[][] foreign = moved(VectorFixtures.clustered(6_000, DIMENSION, 2), 6);
      addSegment(directory, config(Precision.INT4), first);
      addSegment(directory, config(Precision.INT4), foreign);
      byte[] old;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        old = entry(reader, 0).locations().calibrationId();
        assertEquals(CodeOrigin.LEARNED, entry(reader, 1).provenance().origin());
        assertFalse(Arrays.equals(old, entry(reader, 1).locations().calibrationId()));
      }
      forceMerge(directory, config(Precision.INT4));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = entry(reader, 0);
        assertFalse(Arrays.equals(old, merged.locations().calibrationId()));
        double expected =
            IndexFixtures.values(reader.leaves().get(0))
                .field()
                .coding()
                .calibration()
                .orElseThrow()
                .expectedError();
        assertTrue(
            merged.fit().liveError() < 1.5 * expected,
            merged.fit().liveError() + " of " + expected);
      }
    }
  }

  @Test
  void tinySegmentsHaveUniformBitsUntilAMergeHasEnoughVectors() throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      for (int i = 0; i < 5; i++) {
        addSegment(
            directory, config(Precision.BINARY), VectorFixtures.clustered(40, DIMENSION, 10 + i));
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          assertFalse(learned(leaf));
        }
      }
      forceMerge(directory, config(Precision.BINARY));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertTrue(learned(reader.leaves().get(0)));
      }
    }
  }

  @Test
  void deletesAndIndexSortingKeepCodesWithTheirDocuments() throws IOException {
    Sort byRank = new Sort(new SortField("rank", SortField.Type.LONG));
    float[][] first = VectorFixtures.clustered(1_500, DIMENSION, 1);
    float[][] second = VectorFixtures.clustered(1_000, DIMENSION, 2);
    try (Directory directory = new MMapDirectory(folder)) {
      addSegment(directory, config(Precision.INT4).setIndexSort(byRank), first);
      addSegment(directory, config(Precision.INT4).setIndexSort(byRank), second);
      try (IndexWriter writer =
          new IndexWriter(directory, config(Precision.INT4).setIndexSort(byRank))) {
        for (int id = 0; id < 1_500; id += 3) {
          writer.deleteDocuments(new Term("id", Integer.toString(id)));
        }
      }
      forceMerge(directory, config(Precision.INT4).setIndexSort(byRank));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        assertEquals(CodeOrigin.COPIED, entry(reader, 0).provenance().origin());
        QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
        var stored = leaf.reader().storedFields();
        for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
          int id = Integer.parseInt(stored.document(doc).get("id"));
          float[] vector = values.vectorValue(doc).clone();
          boolean ofFirst = id < first.length && Arrays.equals(first[id], vector);
          boolean ofSecond = id < second.length && Arrays.equals(second[id], vector);
          assertTrue(ofFirst || ofSecond, "document " + doc + " has another document's vector");
          // The score of a code with its own vector is as exact as the precision allows.
          var scorer = values.scorer(vector);
          scorer.iterator().advance(doc);
          assertTrue(scorer.score() > .2, "score " + scorer.score());
        }
      }
    }
  }

  @Test
  void onlyCodesOfAnotherPrecisionAreReencoded() throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      addSegment(
          directory, config(Precision.BINARY), VectorFixtures.clustered(1_000, DIMENSION, 1));
      addSegment(directory, config(Precision.INT4), VectorFixtures.clustered(1_800, DIMENSION, 2));
      forceMerge(directory, config(Precision.INT4));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(Precision.INT4, entry(reader, 0).config().precision());
        assertEquals(CodeOrigin.PARTLY_COPIED, entry(reader, 0).provenance().origin());
        assertTrue(entry(reader, 0).layout().codeLength() > DIMENSION / 4);
      }
    }
  }
}
