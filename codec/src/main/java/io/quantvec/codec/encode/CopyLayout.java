/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.simd.RecordReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The layout of one vector's record in .qvr: the rerank copy, and after it the vector's length
 * where copy and code are of the unit vector. See {@link
 * io.quantvec.codec.QuantizedFlatVectorsFormat}.
 *
 * @param kind kind of the rerank copy, see {@link QuantizationConfig#storedCopy}
 * @param dimension dimensions of a vector
 * @param hasLength whether a record ends with the length of the vector, a float
 */
public record CopyLayout(RerankPrecision kind, int dimension, boolean hasLength) {

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  public CopyLayout {
    if (hasLength && kind == RerankPrecision.FP32) {
      throw new IllegalArgumentException("expected no length with a copy of floats, got one");
    }
  }

  /**
   * @param lossless whether vectors arrive as codes, which are not normalized
   */
  public static CopyLayout of(
      QuantizationConfig config,
      int dimension,
      VectorSimilarityFunction similarity,
      boolean lossless) {
    RerankPrecision kind = config.storedCopy();
    boolean ofUnits = similarity == VectorSimilarityFunction.COSINE && !lossless;
    return new CopyLayout(kind, dimension, ofUnits && kind != RerankPrecision.FP32);
  }

  /**
   * The layout of the codes of a copy of 8 bits.
   *
   * @param dimension dimensions of a vector
   */
  public static CodeLayout int8(int dimension) {
    return new CodeLayout(CodeLayout.Kind.BYTES, dimension, CorrectionTerms.FLOATS);
  }

  /** The terms that bound the difference between the scores of a code and of the copy. */
  public ErrorTerms errorTerms() {
    return switch (kind) {
      case FP32 -> ErrorTerms.OF_CODE;
      case FP16, INT8 -> ErrorTerms.OF_CODE_AND_COPY;
      case NONE -> ErrorTerms.NONE;
    };
  }

  /** Bytes of the copy of one vector. */
  private int copyLength() {
    return switch (kind) {
      case FP32 -> dimension * Float.BYTES;
      case FP16 -> dimension * Short.BYTES;
      case INT8 -> int8(dimension).recordLength();
      case NONE -> 0;
    };
  }

  /** Bytes per vector. */
  public int recordLength() {
    return copyLength() + (hasLength ? Float.BYTES : 0);
  }

  /** Bytes after the last record, which a kernel may read. */
  public int bytesBehind() {
    return switch (kind) {
      case FP32, NONE -> 0;
      case FP16, INT8 -> RecordReader.READABLE_BEHIND;
    };
  }

  void writeLength(byte[] record, double length) {
    FLOAT.set(record, copyLength(), (float) length);
  }

  float readLength(byte[] record) {
    return (float) FLOAT.get(record, copyLength());
  }
}
