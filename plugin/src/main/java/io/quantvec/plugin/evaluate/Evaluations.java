/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.shard.EvaluateStatus;
import java.util.List;
import org.opensearch.action.ActionRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.plugins.ActionPlugin.ActionHandler;
import org.opensearch.rest.RestHandler;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ExecutorBuilder;
import org.opensearch.threadpool.FixedExecutorBuilder;

/** What the plugin tells the node of evaluations. */
public final class Evaluations {

  private Evaluations() {}

  /** The actions of the calls. */
  public static List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> actions() {
    return List.of(new ActionHandler<>(EvaluateAction.INSTANCE, TransportEvaluateAction.class));
  }

  /** The calls. */
  public static List<RestHandler> restHandlers() {
    return List.of(new RestEvaluateAction());
  }

  /** What is sent between nodes by name. */
  public static List<NamedWriteableRegistry.Entry> namedWriteables() {
    return List.of(
        new NamedWriteableRegistry.Entry(
            Task.Status.class, EvaluateStatus.NAME, EvaluateStatus::new));
  }

  /** The thread pool. */
  public static List<ExecutorBuilder<?>> executors(Settings settings) {
    return List.of(
        new FixedExecutorBuilder(
            settings,
            TransportEvaluateAction.THREAD_POOL,
            1,
            TransportEvaluateAction.THREAD_POOL_QUEUE,
            "thread_pool." + TransportEvaluateAction.THREAD_POOL));
  }
}
