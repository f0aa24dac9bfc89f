/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import org.opensearch.action.ActionType;

/** Measures recall, scores and latency of searches in one field of live indexes. */
public final class EvaluateAction extends ActionType<EvaluateResponse> {

  /** The permission that it needs on the indexes. */
  public static final String NAME = "indices:data/read/quantized_vector/evaluate";

  public static final EvaluateAction INSTANCE = new EvaluateAction();

  private EvaluateAction() {
    super(NAME, EvaluateResponse::new);
  }
}
