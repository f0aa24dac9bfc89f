/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a reader sees of a field in a segment: its metadata, its vectors as floats and as codes,
 * scorers, sizes and measured errors. It may import {@code score}, {@code search}, {@code encode}
 * and all packages below these. Start with {@link
 * io.quantvec.codec.segment.QuantizedFlatVectorsReader}, and {@link
 * io.quantvec.codec.segment.QuantizedVectorValues} for what the plugin asks of a field.
 */
package io.quantvec.codec.segment;
