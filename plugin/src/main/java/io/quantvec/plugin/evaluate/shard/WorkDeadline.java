/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import java.util.function.LongSupplier;
import org.apache.lucene.index.QueryTimeout;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.tasks.CancellableTask;

/** Ends work at its deadline or when its task is cancelled. */
public final class WorkDeadline implements QueryTimeout {

  private final CancellableTask task;
  private final long deadline;
  private final LongSupplier clock;

  /**
   * @param task the work's task
   * @param deadline when its time is over, as {@link System#nanoTime} has it
   */
  public WorkDeadline(CancellableTask task, long deadline) {
    this(task, deadline, System::nanoTime);
  }

  /**
   * @param task the work's task
   * @param deadline when the time is over, by the clock
   * @param clock in nanoseconds
   */
  public WorkDeadline(CancellableTask task, long deadline, LongSupplier clock) {
    this.task = task;
    this.deadline = deadline;
    this.clock = clock;
  }

  @Override
  public boolean shouldExit() {
    return task.isCancelled() || clock.getAsLong() - deadline >= 0;
  }

  /** Time that is left, at least a millisecond. */
  public TimeValue left() {
    return TimeValue.timeValueMillis(Math.max(1, (deadline - clock.getAsLong()) / 1_000_000));
  }

  /**
   * Whether the time is over.
   *
   * @throws TaskCancelledException if the task was cancelled
   */
  public boolean isTimeOver() {
    if (task.isCancelled()) {
      throw new TaskCancelledException("cancelled: " + task.getReasonCancelled());
    }
    return shouldExit();
  }
}
