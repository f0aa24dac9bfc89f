/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Writes the fields of a flush or a merge, and decides which calibration a field gets and whether a
 * merge copies codes or encodes vectors again. It may import {@code segment} and all packages below
 * it. Start with {@link io.quantvec.codec.write.QuantizedFlatVectorsWriter}; {@code
 * CalibrationPolicy} holds the decision.
 */
package io.quantvec.codec.write;
