/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import io.quantvec.plugin.broadcast.ShardsTask;
import java.util.Map;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;

/** An evaluation that can be watched and cancelled; its shards' parts are cancelled with it. */
public final class EvaluateTask extends ShardsTask {

  private volatile EvaluateStatus status = new EvaluateStatus(EvaluateStatus.Phase.PLANNING, 0, 0);

  public EvaluateTask(
      long id,
      String type,
      String action,
      String description,
      TaskId parentTaskId,
      Map<String, String> headers) {
    super(id, type, action, description, parentTaskId, headers);
  }

  @Override
  public Task.Status getStatus() {
    return status;
  }

  /** Notes how far it is. */
  public void progress(EvaluateStatus.Phase phase, int done, int total) {
    status = new EvaluateStatus(phase, done, total);
  }
}
