/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.HalfFloatSpace;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Optional;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Scores stored records against one query at a time, which may be a vector or another record. Each
 * kind of codes has its own scorer. The last steps are in double precision, so that no finite
 * vector gives NaN. Not safe for use by many threads.
 */
public abstract sealed class CodeScorer
    permits HalfFloatScorer, ResidualCodeScorer, InputCodeScorer {

  final VectorSimilarityFunction similarity;
  final RecordReader records;

  /** Bytes from the start of one record to the start of the next. */
  final int recordLength;

  private final byte[] record;

  CodeScorer(
      CodeSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      int recordLength) {
    this.similarity = similarity;
    this.records = records;
    this.recordLength = recordLength;
    this.record = new byte[space.layout().recordLength()];
  }

  /**
   * A scorer of records that follow each other.
   *
   * @param space what the records mean
   * @param rounding how queries are rounded; half floats do not round queries
   */
  public static CodeScorer of(
      CodeSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      QueryRounding rounding) {
    return of(space, similarity, records, space.layout().recordLength(), rounding);
  }

  /**
   * A scorer of codes at the start of longer records, as in a rerank copy.
   *
   * @param space what the codes and their terms mean
   * @param recordLength bytes from the start of one record to the start of the next
   * @param rounding how queries are rounded; half floats do not round queries
   */
  public static CodeScorer of(
      CodeSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      int recordLength,
      QueryRounding rounding) {
    return switch (space) {
      case HalfFloatSpace halves -> new HalfFloatScorer(halves, similarity, records, recordLength);
      case CalibratedSpace codes ->
          codes.isLossless()
              ? new InputCodeScorer(codes, similarity, records, recordLength, rounding)
              : new ResidualCodeScorer(codes, similarity, records, recordLength, rounding);
    };
  }

  /**
   * Sets the query to a vector.
   *
   * @param query of the field's dimension; left as it is
   */
  public abstract void setQuery(float[] query);

  /**
   * Sets the query to a record.
   *
   * @param record starts with a code and its terms
   */
  public abstract void setQueryRecord(byte[] record);

  /** Sets the query to one of the stored records. */
  public final void setQueryOrdinal(int ordinal) throws IOException {
    setQueryRecord(readRecord(ordinal));
  }

  /** The score of one stored vector. */
  public abstract float score(int ordinal) throws IOException;

  /**
   * The scores of many stored vectors.
   *
   * @param scores receives one score per ordinal
   * @return the largest score, or negative infinity for none
   */
  public abstract float bulkScore(int[] ordinals, float[] scores, int count) throws IOException;

  /** Whether a stored record has finite numbers only, as all written records do. */
  public abstract boolean isFinite(int ordinal) throws IOException;

  /** A filter of codes by the query that is set; empty for codes that have none. */
  public Optional<CodeFilter> filter() {
    return Optional.empty();
  }

  final long offset(int ordinal) {
    return (long) ordinal * recordLength;
  }

  /** A stored code with its terms; valid until the next call. */
  final byte[] readRecord(int ordinal) throws IOException {
    records.readBytes(offset(ordinal), record, record.length);
    return record;
  }
}
