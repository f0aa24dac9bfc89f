/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.index.FlatIndex;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * What a format does to vectors before it writes them, without an index around it, on one thread.
 */
interface EncodingStages {

  /**
   * How long it took.
   *
   * @param calibration seconds to learn what all codes share; NaN where there is nothing to learn
   * @param encoding seconds to turn every vector into its code
   * @param calibrationId the id of what was learned, in hexadecimal digits; null where it has none
   */
  record Times(double calibration, double encoding, String calibrationId) {}

  /** Calibrates on the vectors and encodes them all. */
  Times measure(FlatIndex.Vectors vectors, VectorSimilarityFunction similarity);

  /** Seconds since a time that {@link System#nanoTime} gave. */
  static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
