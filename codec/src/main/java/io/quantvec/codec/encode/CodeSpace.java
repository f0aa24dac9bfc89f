/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import java.util.Optional;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The meaning of the records of one field, of its codes or of its rerank copy. Immutable, and
 * shared by all who encode, decode and score the records.
 */
public sealed interface CodeSpace permits HalfFloatSpace, CalibratedSpace {

  /** The layout of a record. */
  CodeLayout layout();

  /** The point that codes are relative to: zeros for half floats. Not to be changed. */
  float[] centroid();

  /** The length of the centroid. */
  double centroidLength();

  /** Whether vectors arrived as codes, so that a code is the vector itself. */
  boolean isLossless();

  /** This space if its codes have a calibration; empty for half floats. */
  Optional<CalibratedSpace> calibrated();

  /**
   * A new encoder of records, for one thread.
   *
   * @param similarity what the records are scored by
   */
  VectorEncoder newEncoder(VectorSimilarityFunction similarity);

  /** A new decoder of records, for one thread. */
  VectorDecoder newDecoder();
}
