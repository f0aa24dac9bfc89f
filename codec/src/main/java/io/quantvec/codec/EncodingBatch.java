/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.code.CodeLayout;
import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.code.HalfFloats;
import io.quantvec.codec.code.VectorEncoder;
import io.quantvec.codec.score.CodeScorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.TaskExecutor;

/**
 * Vectors that are encoded together, so that they share what the transform reads of its matrix, and
 * by several threads where there are some. Their codes do not depend on either.
 */
final class EncodingBatch {

  /** Enough for the transform to read its matrix once for all of them. */
  private static final int PART_SIZE = 64;

  private final boolean normalizes;
  private final TaskExecutor executor;
  private final List<Part> parts = new ArrayList<>();
  private final int[] docs;
  private final float[][] vectors;
  private int size;

  /**
   * @param space what codes mean; null for half floats
   * @param executor runs the workers; null for the calling thread
   */
  EncodingBatch(
      CodeLayout layout,
      CodeSpace space,
      VectorSimilarityFunction similarity,
      TaskExecutor executor,
      int workers) {
    this.normalizes =
        similarity == VectorSimilarityFunction.COSINE && (space == null || !space.isLossless());
    this.executor = executor;
    for (int i = 0; i < (executor == null ? 1 : workers); i++) {
      parts.add(
          new Part(
              i * PART_SIZE,
              space == null ? null : new VectorEncoder(space, similarity),
              layout.recordLength()));
    }
    this.docs = new int[parts.size() * PART_SIZE];
    this.vectors = new float[docs.length][];
  }

  /**
   * Adds a vector.
   *
   * @param vector copied
   * @return whether that was the last one there is room for
   */
  boolean add(int doc, float[] vector) {
    docs[size] = doc;
    vectors[size] = vector.clone();
    return ++size == docs.length;
  }

  int size() {
    return size;
  }

  int doc(int i) {
    return docs[i];
  }

  float[] vector(int i) {
    return vectors[i];
  }

  /** The code and its terms, after {@link #encode}. */
  byte[] record(int i) {
    return parts.get(i / PART_SIZE).records[i % PART_SIZE];
  }

  void encode() throws IOException {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (Part part : parts) {
      if (part.start < size) {
        tasks.add(part);
      }
    }
    if (tasks.size() > 1) {
      executor.invokeAll(tasks);
    } else if (!tasks.isEmpty()) {
      parts.get(0).call();
    }
  }

  void clear() {
    size = 0;
  }

  /** Adds what codes lose of the vectors that were encoded, see {@link VectorEncoder#liveError}. */
  void addErrors(CodeErrors errors) {
    for (Part part : parts) {
      if (part.encoder != null && part.encoded > 0) {
        errors.add(part.encoder.liveError(), part.encoder.clipRate(), part.encoded);
      }
    }
  }

  /** What one thread encodes. */
  private final class Part implements Callable<Void> {

    private final int start;
    private final VectorEncoder encoder;
    private final float[][] units = new float[PART_SIZE][];
    private final byte[][] records;
    private int encoded;

    Part(int start, VectorEncoder encoder, int recordLength) {
      this.start = start;
      this.encoder = encoder;
      this.records = new byte[PART_SIZE][recordLength];
    }

    @Override
    public Void call() {
      int count = Math.min(PART_SIZE, size - start);
      for (int i = 0; i < count; i++) {
        float[] vector = vectors[start + i];
        units[i] = normalizes ? CodeScorer.normalized(vector) : vector;
        if (encoder == null) {
          // What is added was checked; a merge may bring more from another precision, which the
          // rerank copy keeps exactly.
          HalfFloats.encodeSaturated(units[i], records[i]);
        }
      }
      if (encoder != null) {
        encoder.encodeAll(units, records, count);
      }
      encoded += count;
      return null;
    }
  }
}
