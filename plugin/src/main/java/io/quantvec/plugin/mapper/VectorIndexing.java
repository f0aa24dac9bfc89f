/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.config.QuantizationConfig;
import java.util.Objects;

/**
 * How a field's vectors are written to new segments.
 *
 * @param config precision of codes and of the copy for rescoring
 * @param method graph or none
 * @param missing the stored calibration that this node has not got, without which no document is
 *     taken and segments are written as well as can be; null if nothing is missing
 */
public record VectorIndexing(
    QuantizationConfig config, IndexMethod method, StoredReference missing) {

  public VectorIndexing {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(method, "method");
  }

  /** With all that it needs. */
  VectorIndexing(QuantizationConfig config, IndexMethod method) {
    this(config, method, null);
  }
}
