/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

/**
 * The figures of one format on one data set. NaN marks a figure that a format does not have.
 *
 * @param dataSet the name of the data set
 * @param format the format
 * @param bytesPerVector bytes of a code and its correction terms
 * @param recall recall of searches
 * @param cost time and space
 */
record RecallRow(
    String dataSet, RecallFormat format, double bytesPerVector, Recall recall, Cost cost) {

  /**
   * Recall at 10 of exhaustive searches.
   *
   * @param codes with codes only
   * @param top20 after the fp32 rerank copy ordered the best 20
   * @param top50 after the fp32 rerank copy ordered the best 50
   * @param exactQuery with codes only and queries that are not rounded
   * @param query8 with codes only and queries of 8 bits per component
   * @param query6 with codes only and queries of 6 bits per component
   * @param query4 with codes only and queries of 4 bits per component
   */
  record Recall(
      double codes,
      double top20,
      double top50,
      double exactQuery,
      double query8,
      double query6,
      double query4) {}

  /**
   * Time and space.
   *
   * @param calibrationBytes bytes of the file with the calibration that all codes share
   * @param calibrationSeconds seconds to learn the calibration, on one thread
   * @param encodeSeconds seconds to encode every vector, on one thread
   * @param indexSeconds seconds to calibrate, encode and write, and of all that Lucene does
   * @param searchMillis milliseconds per query of an exhaustive search of the codes, on one thread
   */
  record Cost(
      double calibrationBytes,
      double calibrationSeconds,
      double encodeSeconds,
      double indexSeconds,
      double searchMillis) {}

  /** Returns the name of the format. */
  String formatName() {
    return format.name();
  }
}
