/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

/**
 * What was measured of one format on one data set.
 *
 * @param dataSet the data set's name
 * @param format the format's name
 * @param bytesPerVector bytes of a code and its correction terms
 * @param recall recall at 10 of an exhaustive search of the codes
 * @param recallTop20 recall at 10 after the best 20 were put in order by the FP32 copy
 * @param recallTop50 the same of the best 50
 * @param indexSeconds seconds to calibrate, encode and write
 * @param searchMillis milliseconds a query of the codes' exhaustive search, on one thread
 */
record RecallRow(
    String dataSet,
    String format,
    double bytesPerVector,
    double recall,
    double recallTop20,
    double recallTop50,
    double indexSeconds,
    double searchMillis) {}
