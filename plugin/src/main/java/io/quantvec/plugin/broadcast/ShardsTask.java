/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.broadcast;

import java.util.Map;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/** A request to shards that can be cancelled; the shards' parts are cancelled with it. */
public class ShardsTask extends CancellableTask {

  public ShardsTask(
      long id,
      String type,
      String action,
      String description,
      TaskId parentTaskId,
      Map<String, String> headers) {
    super(id, type, action, description, parentTaskId, headers);
  }

  @Override
  public final boolean shouldCancelChildrenOnCancellation() {
    return true;
  }
}
