/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.node;

import io.quantvec.plugin.activity.VectorActivity;
import io.quantvec.plugin.calibration.store.NodeCalibrations;
import io.quantvec.plugin.settings.QuantvecLimits;

/**
 * What a node has once, and mappings and queries share.
 *
 * @param limits what mappings and queries may ask for
 * @param activity counts what is done with vectors
 * @param calibrations those that are stored in the cluster, which mappings refer to
 * @param recoveries of shards with quantized vectors
 */
public record QuantvecNode(
    QuantvecLimits limits,
    VectorActivity activity,
    NodeCalibrations calibrations,
    ShardRecoveries recoveries) {

  /** Of a node whose operator lowered nothing, in a cluster without stored calibrations. */
  public QuantvecNode() {
    this(new QuantvecLimits(), new VectorActivity(), new NodeCalibrations(), new ShardRecoveries());
  }
}
