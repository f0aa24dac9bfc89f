/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.index.FlatIndex;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Times what a format does with vectors before it writes them, without an index, on one thread. */
interface EncodingStages {

  /**
   * The times.
   *
   * @param calibration seconds to learn what all codes share; NaN if there is nothing to learn
   * @param encoding seconds to encode every vector
   * @param calibrationId the calibration's id in hexadecimal digits; null without an id
   */
  record Times(double calibration, double encoding, String calibrationId) {}

  /** Calibrates on the vectors and encodes them all. */
  Times measure(FlatIndex.Vectors vectors, VectorSimilarityFunction similarity);

  /** Returns the seconds since a time of {@link System#nanoTime}. */
  static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
