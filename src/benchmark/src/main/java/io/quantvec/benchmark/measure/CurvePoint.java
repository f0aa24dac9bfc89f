/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import io.quantvec.benchmark.data.DataSet;

/**
 * A point of a curve.
 *
 * @param ef candidates that a search kept
 * @param recall recall of {@link DataSet#K} neighbors, 0 to 1
 * @param qps queries per second on one thread
 */
public record CurvePoint(int ef, double recall, double qps) {}
