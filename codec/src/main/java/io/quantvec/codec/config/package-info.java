/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a user may choose about a field: precision, bits per dimension, rerank copy, and where the
 * calibration comes from. It may import {@code calibration}, as a calibration can be given. Start
 * with {@link io.quantvec.codec.config.QuantizationConfig}.
 */
package io.quantvec.codec.config;
