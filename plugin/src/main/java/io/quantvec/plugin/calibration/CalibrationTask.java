/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.broadcast.ShardsTask;
import java.util.Map;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;

/** The task of learning a calibration. A cancelled task ends between two steps. */
final class CalibrationTask extends ShardsTask {

  CalibrationTask(
      long id,
      String type,
      String action,
      String description,
      TaskId parentTaskId,
      Map<String, String> headers) {
    super(id, type, action, description, parentTaskId, headers);
  }

  /**
   * Goes on.
   *
   * @throws TaskCancelledException if it was cancelled
   */
  void checkNotCancelled() {
    if (isCancelled()) {
      throw new TaskCancelledException("cancelled task with reason: " + getReasonCancelled());
    }
  }
}
