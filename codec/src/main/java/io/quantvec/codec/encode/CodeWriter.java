/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.encode.CodeLayout.Kind;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Writes the records of codes: rounds components to codes, packs them and adds the terms. */
final class CodeWriter {

  private final CalibratedSpace space;
  private final CodeLayout layout;
  private final VectorSimilarityFunction similarity;

  /** The largest code of each component, where codes count from 0. */
  private final float[] highest;

  /** The lowest signed byte. */
  private final int lowest;

  /**
   * @param lowest the lowest code of signed bytes
   */
  CodeWriter(CalibratedSpace space, VectorSimilarityFunction similarity, int lowest) {
    this.space = space;
    this.layout = space.layout();
    this.similarity = similarity;
    this.lowest = lowest;
    this.highest = new float[space.dimension()];
    for (int d = 0; d < highest.length; d++) {
      highest[d] = (1 << space.bits(d)) - 1;
    }
  }

  /**
   * The code of a component.
   *
   * @param scaled the component in steps
   */
  int code(int d, float scaled) {
    if (layout.kind() == Kind.BYTES) {
      return (int) Math.clamp(Math.rint(scaled), lowest, Calibrator.MAX_INT8);
    }
    // floor(v) + 2^(b-1), clamped before the cast: (highest + 1) / 2 is 2^(b-1).
    float shifted = scaled + (highest[d] + 1) * 0.5f;
    return (int) Math.max(0f, Math.min(shifted, highest[d]));
  }

  /**
   * The additive term.
   *
   * @param norm the length of the residual
   */
  double additive(float[] vector, double norm) {
    if (similarity == VectorSimilarityFunction.EUCLIDEAN) {
      return norm * norm;
    }
    double dot = 0;
    float[] centroid = space.centroid();
    for (int d = 0; d < vector.length; d++) {
      dot += (double) vector[d] * centroid[d];
    }
    return dot;
  }

  /** Writes a record. */
  void write(int[] codes, double rescale, double additive, byte[] record) {
    space.pack(codes, record);
    layout.terms().write(record, layout.rescaleOffset(), rescale, additive, space.centroidLength());
  }
}
