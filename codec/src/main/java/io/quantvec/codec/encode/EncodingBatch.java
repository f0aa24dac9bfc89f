/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.search.TaskExecutor;

/**
 * Vectors that are encoded together: they share what the transform reads of its matrix, and several
 * threads may encode them. Codes and copies depend on neither.
 */
public final class EncodingBatch {

  /** Vectors of a thread, for which the transform reads its matrix once. */
  private static final int PART_SIZE = 64;

  private final FieldCoding coding;
  private final TaskExecutor executor;
  private final List<Part> parts = new ArrayList<>();
  private final int[] docs;
  private final float[][] vectors;
  private final boolean[] hasCopy;
  private int size;

  /**
   * @param executor runs the workers; null for the calling thread
   */
  public EncodingBatch(FieldCoding coding, TaskExecutor executor, int workers) {
    this.coding = coding;
    this.executor = executor;
    for (int i = 0; i < (executor == null ? 1 : workers); i++) {
      parts.add(new Part(i * PART_SIZE));
    }
    this.docs = new int[parts.size() * PART_SIZE];
    this.vectors = new float[docs.length][];
    this.hasCopy = new boolean[docs.length];
  }

  /**
   * Adds a vector.
   *
   * @param vector copied
   * @param copy its record in .qvr of another segment, copied; null to encode the copy
   * @return whether the batch is full now
   */
  public boolean add(int doc, float[] vector, byte[] copy) {
    docs[size] = doc;
    vectors[size] = vector.clone();
    hasCopy[size] = copy != null;
    if (copy != null) {
      System.arraycopy(copy, 0, copy(size), 0, copy.length);
    }
    return ++size == docs.length;
  }

  public int size() {
    return size;
  }

  public int doc(int i) {
    return docs[i];
  }

  /** The record of the rerank copy, after {@link #encode}. */
  public byte[] copy(int i) {
    return parts.get(i / PART_SIZE).copies[i % PART_SIZE];
  }

  /** The code and its terms, after {@link #encode}. */
  public byte[] record(int i) {
    return parts.get(i / PART_SIZE).records[i % PART_SIZE];
  }

  /** The error terms, after {@link #encode}. */
  public byte[] errors(int i) {
    return parts.get(i / PART_SIZE).errors[i % PART_SIZE];
  }

  public void encode() throws IOException {
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

  public void clear() {
    size = 0;
  }

  /**
   * Adds the errors of the vectors that were encoded, see {@link VectorEncoder#liveError} and
   * {@link CopyEncoder}.
   */
  public void addErrors(CodeErrors errors) {
    for (Part part : parts) {
      if (part.encoded > 0) {
        errors.add(part.encoder.liveError(), part.encoder.clipRate(), part.encoded);
      }
      part.copyEncoder.addErrors(errors);
    }
  }

  /** The vectors of one thread. */
  private final class Part implements Callable<Void> {

    private final int start;

    private final VectorEncoder encoder;
    private final CopyEncoder copyEncoder;
    private final ErrorEncoder errorEncoder;

    private final float[][] units = new float[PART_SIZE][];
    private final byte[][] records;
    private final byte[][] copies;
    private final byte[][] errors;
    private int encoded;

    Part(int start) {
      this.start = start;
      this.encoder = coding.space().newEncoder(coding.similarity());
      this.copyEncoder = new CopyEncoder(coding);
      this.errorEncoder = coding.newErrorEncoder();
      this.records = new byte[PART_SIZE][coding.layout().recordLength()];
      this.copies = new byte[PART_SIZE][coding.copy().recordLength()];
      this.errors = new byte[PART_SIZE][coding.copy().errorTerms().length()];
    }

    @Override
    public Void call() {
      int count = Math.min(PART_SIZE, size - start);
      for (int i = 0; i < count; i++) {
        units[i] = coding.coded(vectors[start + i]);
      }
      encoder.encodeAll(units, records, count);
      for (int i = 0; i < count; i++) {
        if (hasCopy[start + i]) {
          copyEncoder.keep(vectors[start + i], records[i], copies[i]);
        } else {
          copyEncoder.encode(vectors[start + i], units[i], records[i], copies[i]);
        }
      }
      errorEncoder.encodeAll(units, records, copies, errors, count);
      encoded += count;
      return null;
    }
  }
}
