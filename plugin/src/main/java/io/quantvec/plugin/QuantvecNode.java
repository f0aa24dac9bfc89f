/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.calibration.NodeCalibrations;

/**
 * What a node has once, and mappings and queries share.
 *
 * @param limits what mappings and queries may ask for
 * @param calibrations those that are stored in the cluster, which mappings refer to
 */
public record QuantvecNode(QuantvecLimits limits, NodeCalibrations calibrations) {

  /** Of a node whose operator lowered nothing, in a cluster without stored calibrations. */
  public QuantvecNode() {
    this(new QuantvecLimits(), new NodeCalibrations());
  }
}
