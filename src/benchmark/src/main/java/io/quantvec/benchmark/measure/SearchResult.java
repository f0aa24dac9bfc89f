/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.index.IndexCost;

/**
 * The figures of a row.
 *
 * @param row the name of the row
 * @param family the rows with which this row is compared
 * @param cost time and disk space of the index
 * @param touchedBytes bytes of the index that all queries at {@code workEf} read; -1 if unknown
 * @param curve figures of one thread, by ef
 * @param workEf the ef of the figures besides the curve: the smallest that reaches a recall of .95
 * @param allCoresQps queries per second with one thread per core, at {@code workEf}
 * @param underWritesQps queries per second of one thread while another writes, at {@code workEf};
 *     NaN if the index cannot change
 */
public record SearchResult(
    String row,
    SearchRow.Family family,
    IndexCost cost,
    long touchedBytes,
    RecallCurve curve,
    int workEf,
    double allCoresQps,
    double underWritesQps) {}
