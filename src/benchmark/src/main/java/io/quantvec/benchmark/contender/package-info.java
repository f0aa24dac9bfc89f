/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Lists the index formats that are compared and gives each the rows under which tables show it. It
 * may import {@code index} and {@code data}. Start with {@link
 * io.quantvec.benchmark.contender.Contenders}.
 */
package io.quantvec.benchmark.contender;
