/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.calibration.NodeCalibrations;
import io.quantvec.plugin.calibration.ShardRecoveries;

/**
 * What a node has once, and mappings and queries share.
 *
 * @param limits what mappings and queries may ask for
 * @param calibrations those that are stored in the cluster, which mappings refer to
 * @param recoveries of shards with quantized vectors
 */
public record QuantvecNode(
    QuantvecLimits limits, NodeCalibrations calibrations, ShardRecoveries recoveries) {

  /** Of a node whose operator lowered nothing, in a cluster without stored calibrations. */
  public QuantvecNode() {
    this(new QuantvecLimits(), new NodeCalibrations(), new ShardRecoveries());
  }
}
