/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import org.apache.lucene.index.MergeState;
import org.apache.lucene.search.TaskExecutor;

/**
 * Threads that share the work of one merge.
 *
 * @param workers number of threads, at least 1, the merging thread included
 * @param executor runs the others; null for the executor of the merge scheduler
 */
public record MergeThreads(int workers, TaskExecutor executor) {

  public static final MergeThreads ONE = new MergeThreads(1, null);

  /** What runs the workers; null if the merging thread is to do all. */
  public TaskExecutor of(MergeState mergeState) {
    if (workers == 1) {
      return null;
    }
    if (executor != null) {
      return executor;
    }
    return mergeState.intraMergeTaskExecutor == null
        ? null
        : new TaskExecutor(mergeState.intraMergeTaskExecutor);
  }
}
