/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares an index that grows by small segments, while the distribution of vectors changes, with
 * an index that is written at once.
 */
class DriftStreamTest {

  private static final int DIMENSION = 64;

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  @TempDir Path folder;

  /** Distributions of vectors. */
  private enum Origin {
    /** Ten clusters with large variance in the first dimensions. */
    FIRST(10),
    /** Forty clusters with large variance in the last dimensions. */
    LATER(40);

    private final int clusters;

    Origin(int clusters) {
      this.clusters = clusters;
    }

    private double spread(int d) {
      return Math.pow(1 + (this == FIRST ? d : DIMENSION - 1 - d), -.6);
    }

    float[][] vectors(int count, long seed) {
      Random centers = new Random(10 + ordinal());
      float[][] means = new float[clusters][DIMENSION];
      for (float[] mean : means) {
        for (int d = 0; d < DIMENSION; d++) {
          mean[d] = (float) (centers.nextGaussian() * spread(d));
        }
      }
      Random random = new Random(seed);
      float[][] vectors = new float[count][DIMENSION];
      for (float[] vector : vectors) {
        float[] mean = means[random.nextInt(clusters)];
        for (int d = 0; d < DIMENSION; d++) {
          vector[d] = (float) (mean[d] + .6 * spread(d) * random.nextGaussian());
        }
      }
      return vectors;
    }
  }

  private static float[][] concat(float[][] first, float[][] second) {
    float[][] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /** The index of a stream of vectors. */
  private record Stream(double recall, Set<CodeReason> reasons) {}

  /**
   * Indexes vectors in several flushes while all segments are open.
   *
   * @param generations whether all segments are merged after each flush
   */
  private Stream stream(
      QuantizationConfig config,
      float[][] vectors,
      int flushed,
      boolean generations,
      float[][] queries,
      int[][] truth)
      throws IOException {
    MergePolicy policy = generations ? new LogDocMergePolicy() : new TieredMergePolicy();
    IndexWriterConfig writing =
        IndexFixtures.config(config)
            .setMergePolicy(flushed == vectors.length ? NoMergePolicy.INSTANCE : policy)
            .setMergeScheduler(new SerialMergeScheduler());
    Set<CodeReason> reasons = EnumSet.noneOf(CodeReason.class);
    Path path = folder.resolve(config.precision() + "-" + flushed);
    try (Directory directory = IndexFixtures.directory(path);
        IndexWriter writer = new IndexWriter(directory, writing)) {
      DirectoryReader reader = DirectoryReader.open(writer);
      try {
        for (int id = 0; id < vectors.length; id++) {
          writer.addDocument(IndexFixtures.document(id, vectors[id], SIMILARITY));
          if ((id + 1) % flushed == 0) {
            if (generations) {
              writer.forceMerge(1);
            }
            DirectoryReader next = DirectoryReader.openIfChanged(reader);
            reader.close();
            reader = next;
            for (int leaf = 0; leaf < reader.leaves().size(); leaf++) {
              reasons.add(IndexFixtures.quantization(reader, leaf).provenance().reason());
            }
          }
        }
        assertEquals(vectors.length, reader.numDocs());
        return new Stream(IndexFixtures.recall(reader, queries, truth), reasons);
      } finally {
        reader.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BINARY", "INT4"})
  void driftingStreamHasTheRecallOfAFreshIndex(Precision precision) throws IOException {
    QuantizationConfig config = new QuantizationConfig(precision);
    float[][] vectors = concat(Origin.FIRST.vectors(3_000, 1), Origin.LATER.vectors(22_000, 2));
    float[][] queries = concat(Origin.FIRST.vectors(60, 3), Origin.LATER.vectors(240, 4));
    int[][] truth = VectorFixtures.nearest(SIMILARITY, vectors, queries, 10);
    Stream fresh = stream(config, vectors, vectors.length, false, queries, truth);
    Stream grown = stream(config, vectors, 500, false, queries, truth);
    assertTrue(
        grown.reasons.contains(CodeReason.DRIFTED) || grown.reasons.contains(CodeReason.GROWN),
        "unnoticed: " + grown.reasons);
    assertTrue(grown.recall > fresh.recall - .01, grown + " against " + fresh);
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BINARY", "INT4", "INT8"})
  void tenMergesHaveTheRecallOfOne(Precision precision) throws IOException {
    QuantizationConfig config = new QuantizationConfig(precision);
    float[][] vectors = Origin.LATER.vectors(6_000, 2);
    // With this many queries, the difference of two recalls has a random error of about 0.2 points.
    float[][] queries = Origin.LATER.vectors(2_000, 4);
    int[][] truth = VectorFixtures.nearest(SIMILARITY, vectors, queries, 10);
    Stream fresh = stream(config, vectors, vectors.length, false, queries, truth);
    Stream grown = stream(config, vectors, 600, true, queries, truth);

    assertTrue(!grown.reasons.contains(CodeReason.DRIFTED), "" + grown.reasons);
    assertTrue(grown.recall > fresh.recall - .003, grown + " against " + fresh);
  }
}
