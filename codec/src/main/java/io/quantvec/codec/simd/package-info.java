/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Kernels that compare codes with a query's numbers, in plain Java and with the Vector API, and the
 * interface that reads records of codes. It may import the JDK only: no Lucene and no other package
 * of the codec. Start with {@link io.quantvec.codec.simd.RecordReader}.
 */
package io.quantvec.codec.simd;
