/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The field type {@code quantized_vector}: its mapping, how documents are indexed, and its values
 * for scripts and {@code docvalue_fields}. It may import {@code node} and all packages below it.
 * Start with {@link io.quantvec.plugin.mapper.QuantizedVectorFieldMapper}; a new mapping parameter
 * begins in {@code QuantizedVectorMapping}.
 */
package io.quantvec.plugin.mapper;
