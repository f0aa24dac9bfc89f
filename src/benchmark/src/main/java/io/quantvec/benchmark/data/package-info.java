/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Reads data sets, derives further ones from them and finds the true nearest vectors. It imports no
 * other package of the benchmark. Start with {@link io.quantvec.benchmark.data.DataSet}.
 */
package io.quantvec.benchmark.data;
