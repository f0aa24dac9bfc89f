/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Encodes vectors that arrived as codes: the code is the vector's own, so that the vector is read
 * back exactly. Rescale is 1. Under cosine, where such vectors are not of unit length, rescale is
 * one over the vector's length and additive is 0, see {@link
 * io.quantvec.codec.score.InputCodeScorer}.
 */
final class InputCodeEncoder implements VectorEncoder {

  private final CalibratedSpace space;
  private final VectorSimilarityFunction similarity;
  private final CodeWriter writer;
  private final int[] codes;

  /**
   * @param space of input codes
   */
  InputCodeEncoder(CalibratedSpace space, VectorSimilarityFunction similarity) {
    this.space = space;
    this.similarity = similarity;
    // Models may emit -128.
    this.writer = new CodeWriter(space, similarity, Byte.MIN_VALUE);
    this.codes = new int[space.dimension()];
  }

  @Override
  public void encodeAll(float[][] vectors, byte[][] records, int count) {
    for (int i = 0; i < count; i++) {
      encodeOne(vectors[i], records[i]);
    }
  }

  private void encodeOne(float[] vector, byte[] record) {
    double squares = 0;
    double residualSquares = 0;
    for (int d = 0; d < vector.length; d++) {
      double value = (double) vector[d] - space.centroid()[d];
      codes[d] = writer.code(d, (float) (value / space.step(d)));
      squares += (double) vector[d] * vector[d];
      residualSquares += value * value;
    }
    if (similarity == VectorSimilarityFunction.COSINE) {
      writer.write(codes, squares == 0 ? 0 : 1 / Math.sqrt(squares), 0, record);
    } else {
      writer.write(codes, 1, writer.additive(vector, Math.sqrt(residualSquares)), record);
    }
  }

  /** Input codes lose nothing. */
  @Override
  public float liveError() {
    return 0;
  }

  @Override
  public float clipRate() {
    return 0;
  }
}
