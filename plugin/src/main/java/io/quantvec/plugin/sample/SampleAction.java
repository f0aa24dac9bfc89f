/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import org.opensearch.action.ActionType;

/** Takes a sample of a field's vectors from all shards. Called by other actions, not by clients. */
public final class SampleAction extends ActionType<SampleResponse> {

  /** The permission that it needs on the indexes. */
  public static final String NAME = "indices:data/read/quantized_vector/sample";

  public static final SampleAction INSTANCE = new SampleAction();

  private SampleAction() {
    super(NAME, SampleResponse::new);
  }
}
