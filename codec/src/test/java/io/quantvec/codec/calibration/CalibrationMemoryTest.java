/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.QuantizedFlatVectorsReader;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The number and the lifetime of calibrations in memory. */
class CalibrationMemoryTest {

  private static final int DIMENSION = 40;

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  private static final QuantizationConfig INT4 = new QuantizationConfig(Precision.INT4);

  /** Timeout of the garbage collector, which clears weak references at once but may be busy. */
  private static final long PATIENCE_MILLIS = 5_000;

  @TempDir Path folder;

  private static void add(Directory directory, QuantizationConfig config, int firstId, int count)
      throws IOException {
    IndexFixtures.addSegment(
        directory,
        IndexFixtures.config(config),
        SIMILARITY,
        firstId,
        VectorFixtures.clustered(count, DIMENSION, firstId + 1));
  }

  private static Calibration calibration(DirectoryReader reader, int leaf) throws IOException {
    return IndexFixtures.quantization(reader, leaf).calibration();
  }

  private static Calibration learned(long seed) {
    return CalibrationFixtures.mixed(
        4, new ArrayList<>(Arrays.asList(VectorFixtures.clustered(500, DIMENSION, seed))));
  }

  @Test
  void segmentsAndReadersShareOneObjectPerId() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, INT4, 0, 1_500);
      try (DirectoryReader first = DirectoryReader.open(directory)) {
        add(directory, INT4, 1_500, 300);
        try (DirectoryReader second = DirectoryReader.open(directory);
            Directory again = IndexFixtures.directory(folder);
            DirectoryReader third = DirectoryReader.open(again)) {
          Calibration shared = calibration(first, 0);
          assertSame(shared, calibration(second, 0));
          assertSame(shared, calibration(second, 1));
          assertSame(shared, calibration(third, 0));
          assertSame(shared, calibration(third, 1));
          assertSame(shared, InternedCalibrations.get(shared.id()));
        }
      }
    }
  }

  @Test
  void indexesShareAFrozenCalibration() throws IOException {
    QuantizationConfig config = INT4.withCalibration(CalibrationConfig.frozen(learned(1)));
    QuantizationConfig equal = INT4.withCalibration(CalibrationConfig.frozen(learned(1)));
    try (Directory first = IndexFixtures.directory(folder.resolve("first"));
        Directory second = IndexFixtures.directory(folder.resolve("second"))) {
      add(first, config, 0, 10);
      add(second, equal, 0, 20);
      try (DirectoryReader firstReader = DirectoryReader.open(first);
          DirectoryReader secondReader = DirectoryReader.open(second)) {
        assertSame(calibration(firstReader, 0), calibration(secondReader, 0));
      }
    }
  }

  /** Two objects would keep the matrix in memory twice and transform a query twice. */
  @Test
  void segmentsShareTheConfiguredObjectOfAFrozenCalibration() throws IOException {
    Calibration frozen = learned(2);
    QuantizationConfig config = INT4.withCalibration(CalibrationConfig.frozen(frozen));
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, 10);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertSame(config.calibration().frozen(), calibration(reader, 0));
      }
    }
  }

  @Test
  void internKeepsTheFirstOfEqualObjects() {
    Calibration first = InternedCalibrations.intern(learned(3));
    Calibration second = learned(3);
    assertArrayEquals(first.id(), second.id());
    assertSame(first, InternedCalibrations.intern(second));
    assertSame(first, InternedCalibrations.get(second.id()));
    Calibration other = learned(4);
    assertNull(InternedCalibrations.get(other.id()));
    assertSame(other, InternedCalibrations.intern(other));
  }

  private static void expectCleared(WeakReference<?> reference) throws InterruptedException {
    WeakReference<Object> control = new WeakReference<>(new Object());
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (reference.get() != null && System.currentTimeMillis() < end) {
      System.gc();
      Thread.sleep(20);
    }
    assumeTrue(control.get() == null, "the JVM does not collect garbage on request");
    assertNull(reference.get(), "expected the reference to be cleared");
  }

  @Test
  void calibrationsAreReleasedWithTheLastReader() throws IOException, InterruptedException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, INT4, 0, 1_500);
      WeakReference<Calibration> reference = openAndClose(directory);
      expectCleared(reference);
      // The segment on disk still contains the calibration.
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(1_500, calibration(reader, 0).sampleSize());
      }
    }
  }

  @Test
  void openReadersKeepTheirCalibration() throws IOException, InterruptedException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, INT4, 0, 1_500);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        byte[] id = calibration(reader, 0).id();
        WeakReference<Object> control = new WeakReference<>(new Object());
        for (int i = 0; i < 50 && control.get() != null; i++) {
          System.gc();
          Thread.sleep(20);
        }
        assertNotNull(InternedCalibrations.get(id));
        add(directory, INT4, 1_500, 100);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(
            CodeOrigin.INHERITED, IndexFixtures.quantization(reader, 1).provenance().origin());
      }
    }
  }

  /** A separate method, so that no local variable keeps the calibration alive. */
  private static WeakReference<Calibration> openAndClose(Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexFixtures.best(reader, new float[DIMENSION], 3);
      return new WeakReference<>(calibration(reader, 0));
    }
  }

  @Test
  void closedIndexReleasesItsConfiguration() throws IOException, InterruptedException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      expectCleared(addFrozen(directory));
      assertEquals(1, DirectoryReader.listCommits(directory).size());
    }
  }

  private static WeakReference<Calibration> addFrozen(Directory directory) throws IOException {
    Calibration frozen = learned(5);
    add(directory, INT4.withCalibration(CalibrationConfig.frozen(frozen)), 0, 10);
    return new WeakReference<>(frozen);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 300})
  void readersCountTheirCalibrations(int dimension) throws IOException {
    for (Allocation allocation : Allocation.values()) {
      QuantizationConfig config = new QuantizationConfig(Precision.INT4, allocation);
      try (Directory directory = IndexFixtures.directory(folder.resolve(allocation.label()))) {
        IndexFixtures.addSegment(
            directory,
            IndexFixtures.config(config),
            SIMILARITY,
            0,
            VectorFixtures.clustered(1_000, dimension, 1));
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          Calibration calibration = calibration(reader, 0);
          long floats = calibration.centroid().length + calibration.steps().length;
          if (allocation == Allocation.MIXED) {
            floats += (long) calibration.codeDimension() * dimension;
          }
          assertTrue(calibration.ramBytesUsed() >= Float.BYTES * floats);
          List<LeafReaderContext> leaves = reader.leaves();
          var fields =
              assertInstanceOf(
                  PerFieldKnnVectorsFormat.FieldsReader.class,
                  ((CodecReader) leaves.get(0).reader()).getVectorReader());
          var vectors =
              assertInstanceOf(QuantizedFlatVectorsReader.class, fields.getFieldReader("v"));
          assertTrue(vectors.ramBytesUsed() > calibration.ramBytesUsed());
        }
      }
    }
  }
}
