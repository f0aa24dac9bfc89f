/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Opens records of a Lucene file, or of the heap, for the kernels of {@code simd}: the choice of
 * kernels, which is made once per JVM, and their warm-up. A record is the bytes of one vector in a
 * file. It may import Lucene and {@code simd}. Start with {@link
 * io.quantvec.codec.records.RecordReaders}.
 */
package io.quantvec.codec.records;
