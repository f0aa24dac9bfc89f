/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.index.IndexCost;

/**
 * What was measured of a row.
 *
 * @param row its name
 * @param family which rows it is compared with
 * @param cost what its index took
 * @param touchedBytes bytes of the index that all queries at {@code workEf} read; -1 if unknown
 * @param curve one thread's, by ef
 * @param workEf the ef of the figures beside the curve: the smallest that reaches a recall of .95
 * @param allCoresQps queries a second with a thread a core, at {@code workEf}
 * @param underWritesQps queries a second of one thread while another writes, at {@code workEf}; NaN
 *     if the index cannot change
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
