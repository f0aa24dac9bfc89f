/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Counts searches, flushes and merges of vector fields, and logs what an operator should know of
 * them. It may import {@code wire} and {@code settings}. Start with {@link
 * io.quantvec.plugin.activity.VectorActivity}.
 */
package io.quantvec.plugin.activity;
