/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

/**
 * What a node has once, and mappings and queries share.
 *
 * @param limits what mappings and queries may ask for
 */
public record QuantvecNode(QuantvecLimits limits) {

  /** Of a node whose operator lowered nothing. */
  public QuantvecNode() {
    this(new QuantvecLimits());
  }
}
