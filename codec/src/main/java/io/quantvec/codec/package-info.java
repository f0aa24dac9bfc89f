/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Lucene formats that store quantized vectors: {@link io.quantvec.codec.QuantizedFlatVectorsFormat}
 * without a graph and {@link io.quantvec.codec.QuantizedHnswVectorsFormat} with one; the Javadoc of
 * each specifies its files field by field. This package may import every other package of the
 * codec, and none of them imports it. Start here to use the codec from Lucene; to follow a vector
 * to its files, go on to {@code write}, and to follow a query, to {@code segment} and {@code
 * query}.
 */
package io.quantvec.codec;
