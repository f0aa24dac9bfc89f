/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.records;

import io.quantvec.codec.simd.KernelCompilation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/** Compiles Lucene's kernels that score a rerank copy of floats, see {@link KernelCompilation}. */
public final class FloatKernel {

  /** At least two SIMD vectors of every CPU. */
  private static final int DIMENSION = 64;

  /** Lucene's kernels take four vectors at a time. */
  private static final int VECTORS = 8;

  public static final FlatVectorsScorer SCORER =
      FlatVectorScorerUtil.getLucene99FlatVectorsScorer();

  private static final Map<VectorSimilarityFunction, KernelCompilation> KERNELS =
      new EnumMap<>(VectorSimilarityFunction.class);

  static {
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      KERNELS.put(similarity, new KernelCompilation());
    }
  }

  private FloatKernel() {}

  /**
   * Compiles the kernel of a similarity, unless it was compiled before.
   *
   * @param slice floats of any values; not changed
   */
  public static void prepare(VectorSimilarityFunction similarity, IndexInput slice)
      throws IOException {
    KernelCompilation kernel = KERNELS.get(similarity);
    long bytes = (long) VECTORS * DIMENSION * Float.BYTES;
    if (kernel.isBegun() || slice.length() < bytes) {
      return;
    }
    // Not zero: the cosine of a zero vector is no number, which Lucene's assertions refuse.
    float[] query = new float[DIMENSION];
    Arrays.fill(query, 1);
    RandomVectorScorer scorer =
        SCORER.getRandomVectorScorer(
            similarity, new ShortVectors(slice.slice("short vectors", 0, bytes)), query);
    int[] ordinals = new int[VECTORS];
    float[] scores = new float[VECTORS];
    for (int i = 0; i < VECTORS; i++) {
      ordinals[i] = i;
    }
    kernel.await(
        () -> {
          try {
            scorer.bulkScore(ordinals, scores, VECTORS);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** The start of a file as vectors of few dimensions. */
  private static final class ShortVectors extends FloatVectorValues implements HasIndexSlice {

    private final IndexInput slice;
    private final float[] value = new float[DIMENSION];

    ShortVectors(IndexInput slice) {
      this.slice = slice;
    }

    @Override
    public IndexInput getSlice() {
      return slice;
    }

    @Override
    public float[] vectorValue(int ordinal) throws IOException {
      slice.seek((long) ordinal * DIMENSION * Float.BYTES);
      slice.readFloats(value, 0, DIMENSION);
      return value;
    }

    @Override
    public ShortVectors copy() {
      return new ShortVectors(slice.clone());
    }

    @Override
    public int dimension() {
      return DIMENSION;
    }

    @Override
    public int size() {
      return VECTORS;
    }

    @Override
    public VectorEncoding getEncoding() {
      return VectorEncoding.FLOAT32;
    }
  }
}
