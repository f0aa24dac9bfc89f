/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.util.Objects;

/**
 * How one field's vectors are written. A reader needs none of it: everything it must know stands in
 * the segment's files.
 *
 * @param precision the precision of the codes
 * @param rerank the kind of the finer copy
 */
public record QuantizationConfig(Precision precision, RerankPrecision rerank) {

  /** int8 codes: the precision that needs no rescoring to keep 99 % of the neighbours. */
  public static final QuantizationConfig DEFAULT = new QuantizationConfig(Precision.INT8);

  public QuantizationConfig {
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(rerank, "rerank");
  }

  /** Codes of the given precision with a copy that loses nothing. */
  public QuantizationConfig(Precision precision) {
    this(precision, RerankPrecision.FP32);
  }
}
