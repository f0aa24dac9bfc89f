/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Makes from a vector the records that a segment stores (the code with its correction terms, the
 * rerank copy and the error terms), and a record back into a vector. It may import {@code config},
 * {@code calibration}, {@code transform}, {@code file}, {@code records} and {@code simd}. Start
 * with {@link io.quantvec.codec.encode.FieldCoding} for all that one field needs, and {@link
 * io.quantvec.codec.encode.CodeLayout} for the bytes of a record.
 */
package io.quantvec.codec.encode;
