/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import java.util.Optional;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Half floats: records are the vectors themselves, without a calibration and without correction
 * terms. Also the space of a field without vectors.
 *
 * @param dimension dimensions of a vector
 */
public record HalfFloatSpace(int dimension) implements CodeSpace {

  @Override
  public CodeLayout layout() {
    return new CodeLayout(CodeLayout.Kind.HALVES, dimension, CorrectionTerms.NONE);
  }

  @Override
  public float[] centroid() {
    return new float[dimension];
  }

  @Override
  public double centroidLength() {
    return 0;
  }

  @Override
  public boolean isLossless() {
    return false;
  }

  @Override
  public Optional<CalibratedSpace> calibrated() {
    return Optional.empty();
  }

  @Override
  public VectorEncoder newEncoder(VectorSimilarityFunction similarity) {
    return new Encoder();
  }

  @Override
  public VectorDecoder newDecoder() {
    return HalfFloats::decode;
  }

  private static final class Encoder implements VectorEncoder {

    /**
     * Indexing checks components. A merge may bring larger ones from a field of other precision.
     */
    @Override
    public void encodeAll(float[][] vectors, byte[][] records, int count) {
      for (int i = 0; i < count; i++) {
        HalfFloats.encodeSaturated(vectors[i], records[i]);
      }
    }

    @Override
    public float liveError() {
      return Float.NaN;
    }

    @Override
    public float clipRate() {
      return Float.NaN;
    }
  }
}
