/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Writes and reads the graph on top of the flat format's files, and decides which segments get one.
 * It may import {@code graph}, {@code write}, {@code segment} and all packages below these. Start
 * with {@link io.quantvec.codec.hnsw.QuantizedHnswVectorsWriter} and {@link
 * io.quantvec.codec.hnsw.QuantizedHnswVectorsReader}.
 */
package io.quantvec.codec.hnsw;
