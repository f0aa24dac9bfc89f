/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

/**
 * What was measured of one format on one data set. NaN stands for what a format does not have.
 *
 * @param dataSet the data set's name
 * @param format the format
 * @param bytesPerVector bytes of a code and its correction terms
 * @param recall what was found
 * @param cost what it took
 */
record RecallRow(
    String dataSet, RecallFormat format, double bytesPerVector, Recall recall, Cost cost) {

  /**
   * Recall at 10 of exhaustive searches.
   *
   * @param codes of the codes alone
   * @param top20 after the best 20 were put in order by the FP32 copy
   * @param top50 the same of the best 50
   * @param exactQuery of the codes alone, with queries that are not rounded
   * @param query8 of the codes alone, with queries of 8 bits a component
   * @param query6 the same of 6 bits
   * @param query4 the same of 4 bits
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
   * @param calibrationBytes bytes of the file that holds what all codes share
   * @param calibrationSeconds seconds to learn that, on one thread
   * @param encodeSeconds seconds to encode every vector, on one thread
   * @param indexSeconds seconds to index: to calibrate, encode and write, and all that Lucene does
   * @param searchMillis milliseconds a query of the codes' exhaustive search, on one thread
   */
  record Cost(
      double calibrationBytes,
      double calibrationSeconds,
      double encodeSeconds,
      double indexSeconds,
      double searchMillis) {}

  /** The format's name. */
  String formatName() {
    return format.name();
  }
}
