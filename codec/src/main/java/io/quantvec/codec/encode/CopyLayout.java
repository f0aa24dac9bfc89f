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
 * What stands in .qvr for one vector: the copy, and behind it the vector's length where all that is
 * stored otherwise is of the unit vector. See {@link io.quantvec.codec.QuantizedFlatVectorsFormat}.
 *
 * @param kind what is stored, see {@link QuantizationConfig#storedCopy}
 * @param dimension dimensions a vector
 * @param hasLength whether a record ends with the length of the vector, a float
 */
public record CopyLayout(RerankPrecision kind, int dimension, boolean hasLength) {

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  public CopyLayout {
    if (hasLength && kind == RerankPrecision.FP32) {
      throw new IllegalArgumentException("floats as they were indexed need no length");
    }
  }

  /**
   * @param lossless whether vectors arrive as codes, which are not normalised
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

  /** How the copy is laid out if kernels score it; null for floats, and without a copy. */
  public CodeLayout codes() {
    return switch (kind) {
      case FP32, NONE -> null;
      case FP16 -> new CodeLayout(CodeLayout.Kind.HALVES, dimension, CorrectionTerms.NONE);
      case INT8 -> new CodeLayout(CodeLayout.Kind.BYTES, dimension, CorrectionTerms.FLOATS);
    };
  }

  /** What is stored to bound how far the scores of codes are from those of the copy. */
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
      case FP16, INT8 -> codes().recordLength();
      case NONE -> 0;
    };
  }

  /** Bytes a vector. */
  public int recordLength() {
    return copyLength() + (hasLength ? Float.BYTES : 0);
  }

  /** Bytes behind the last record, which a kernel may read. */
  public int bytesBehind() {
    return codes() == null ? 0 : RecordReader.READABLE_BEHIND;
  }

  void writeLength(byte[] record, double length) {
    FLOAT.set(record, copyLength(), (float) length);
  }

  float readLength(byte[] record) {
    return (float) FLOAT.get(record, copyLength());
  }
}
