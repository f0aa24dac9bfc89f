/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

import io.quantvec.codec.config.DefaultRescoring;

/** Ranges of a query's parameters that no setting extends. {@link QuantvecLimits} narrows them. */
public final class FixedLimits {

  /** The largest k, as in the k-NN plugin. */
  public static final int MAX_K = 10_000;

  /** The largest {@code ef_search}, as in the k-NN plugin. */
  public static final int MAX_EF_SEARCH = 10_000;

  /** The smallest oversample factor: the k hits themselves are rescored. */
  public static final float MIN_OVERSAMPLE_FACTOR = 1;

  /** The largest oversample factor, as in the k-NN plugin. */
  public static final float MAX_OVERSAMPLE_FACTOR = 100;

  /**
   * The fewest candidates that a precision's own oversample factor gives, however small k is, as in
   * the k-NN plugin.
   */
  public static final int MIN_CANDIDATES = DefaultRescoring.MIN_CANDIDATES;

  private FixedLimits() {}
}
