/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The time of learning is kept in files, flushes and merges. */
class CalibrationAgeTest {

  private static final int DIMENSION = 40;

  private static final QuantizationConfig INT4 = new QuantizationConfig(Precision.INT4);

  @TempDir Path folder;

  private static void add(Directory directory, int firstId, int count, long seed)
      throws IOException {
    IndexFixtures.addSegment(
        directory,
        IndexFixtures.config(INT4),
        VectorSimilarityFunction.EUCLIDEAN,
        firstId,
        VectorFixtures.clustered(count, DIMENSION, seed));
  }

  private static long learnedAt(DirectoryReader reader, int leaf) throws IOException {
    return IndexFixtures.quantization(reader, leaf).calibration().learnedAt();
  }

  @Test
  void segmentsInheritTheTimeAndMergesKeepIt() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      long before = System.currentTimeMillis();
      add(directory, 0, 1_500, 71);
      long after = System.currentTimeMillis();
      long learnedAt;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        learnedAt = learnedAt(reader, 0);
        assertTrue(
            before <= learnedAt && learnedAt <= after, before + ".." + after + ": " + learnedAt);
        add(directory, 1_500, 300, 72);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(
            CodeOrigin.INHERITED, IndexFixtures.quantization(reader, 1).provenance().origin());
        assertEquals(learnedAt, learnedAt(reader, 1));
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(INT4));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(
            CodeOrigin.COPIED, IndexFixtures.quantization(reader, 0).provenance().origin());
        assertEquals(learnedAt, learnedAt(reader, 0));
      }
    }
  }

  private static Calibration known() {
    return FixedCalibrations.ranges(new float[] {-1, -2}, new float[] {3, 4}, 4);
  }

  @Test
  void timeIsNotPartOfTheId() {
    assertEquals(0, known().learnedAt());
    assertEquals(17, known().withLearnedAt(17).learnedAt());
    assertArrayEquals(known().id(), known().withLearnedAt(17).id());
    assertThrows(IllegalArgumentException.class, () -> known().withLearnedAt(-1));
  }

  @Test
  void internedCalibrationKeepsItsTime() {
    Calibration first = InternedCalibrations.intern(known().withLearnedAt(17));
    assertSame(first, InternedCalibrations.intern(known().withLearnedAt(18)));
    assertEquals(17, InternedCalibrations.get(first.id()).learnedAt());
  }

  private static Calibration writtenAndRead(Calibration calibration, long storedTime)
      throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexOutput out = directory.createOutput("whole", IOContext.DEFAULT)) {
        CalibrationSerializer.write(calibration, calibration.id(), out);
      }
      try (IndexInput in = directory.openInput("whole", IOContext.DEFAULT);
          IndexOutput out = directory.createOutput("changed", IOContext.DEFAULT)) {
        out.copyBytes(in, in.length() - Long.BYTES);
        assertEquals(calibration.learnedAt(), in.readLong());
        out.writeLong(storedTime);
      }
      try (IndexInput in = directory.openInput("changed", IOContext.DEFAULT)) {
        return CalibrationSerializer.read(in, calibration.id(), calibration.dimension());
      }
    }
  }

  @Test
  void filesContainTheTime() throws IOException {
    assertEquals(0, writtenAndRead(known(), 0).learnedAt());
    long time = 1_800_000_000_123L;
    assertEquals(time, writtenAndRead(known().withLearnedAt(time), time).learnedAt());
    assertThrows(CorruptIndexException.class, () -> writtenAndRead(known(), -1));
  }
}
