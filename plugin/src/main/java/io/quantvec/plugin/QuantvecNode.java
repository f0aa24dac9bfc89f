/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.activity.VectorActivity;

/**
 * What a node has once, and mappings and queries share.
 *
 * @param limits what mappings and queries may ask for
 * @param activity counts what is done with vectors
 */
public record QuantvecNode(QuantvecLimits limits, VectorActivity activity) {

  /** Of a node whose operator lowered nothing. */
  public QuantvecNode() {
    this(new QuantvecLimits(), new VectorActivity());
  }
}
