/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.QuantizationConfig;
import java.util.Objects;

/**
 * How a field's vectors are written to new segments.
 *
 * @param config precision of codes and of the copy for rescoring
 * @param method graph or none
 */
public record VectorIndexing(QuantizationConfig config, IndexMethod method) {

  public VectorIndexing {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(method, "method");
  }
}
