/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a user may choose about a field: precision, bits per dimension, rerank copy, where the
 * calibration comes from, and how each precision rescores by default. It may import {@code
 * calibration}, because a user can give a calibration. Start with {@link
 * io.quantvec.codec.config.QuantizationConfig}.
 */
package io.quantvec.codec.config;
