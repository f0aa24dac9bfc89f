/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Setting.Property;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;

/**
 * Limits of evaluations that an operator sets in dynamic cluster settings, and how many run on this
 * node.
 */
public final class EvaluateLimits {

  private static final String PREFIX = "plugins.quantized_vector.evaluate.";

  /** The most queries of one evaluation, 1 to 10,000. */
  public static final Setting<Integer> MAX_QUERIES = limit("max_queries", 1_000, 10_000);

  /** The most vectors that other precisions are tried on, 100 to 1,000,000. */
  public static final Setting<Integer> MAX_SAMPLE_SIZE =
      Setting.intSetting(
          PREFIX + "max_sample_size",
          50_000,
          EvaluateRequest.MIN_SAMPLE_SIZE,
          1_000_000,
          Property.NodeScope,
          Property.Dynamic);

  /** The longest time that an evaluation may ask for. */
  public static final Setting<TimeValue> MAX_TIMEOUT =
      Setting.timeSetting(
          PREFIX + "max_timeout",
          TimeValue.timeValueMinutes(10),
          TimeValue.timeValueMillis(1),
          Property.NodeScope,
          Property.Dynamic);

  /** Evaluations that a node coordinates at the same time, 1 to 100. */
  public static final Setting<Integer> MAX_CONCURRENT = limit("max_concurrent", 1, 100);

  private volatile int maxQueries;
  private volatile int maxSampleSize;
  private volatile TimeValue maxTimeout;
  private volatile int maxConcurrent;

  private final AtomicInteger running = new AtomicInteger();

  /**
   * @param settings those of the node, whose changes it follows
   */
  public EvaluateLimits(ClusterSettings settings) {
    follow(settings, MAX_QUERIES, value -> maxQueries = value);
    follow(settings, MAX_SAMPLE_SIZE, value -> maxSampleSize = value);
    follow(settings, MAX_TIMEOUT, value -> maxTimeout = value);
    follow(settings, MAX_CONCURRENT, value -> maxConcurrent = value);
  }

  /** All settings, for the node to know them. */
  public static List<Setting<?>> settings() {
    return List.of(MAX_QUERIES, MAX_SAMPLE_SIZE, MAX_TIMEOUT, MAX_CONCURRENT);
  }

  private static Setting<Integer> limit(String name, int byDefault, int max) {
    return Setting.intSetting(
        PREFIX + name, byDefault, 1, max, Property.NodeScope, Property.Dynamic);
  }

  private static <T> void follow(
      ClusterSettings settings, Setting<T> setting, Consumer<T> newValue) {
    newValue.accept(settings.get(setting));
    settings.addSettingsUpdateConsumer(setting, newValue);
  }

  /** The most queries of an evaluation. */
  int maxQueries() {
    return maxQueries;
  }

  /**
   * Checks a request.
   *
   * @throws IllegalArgumentException if it asks for more than a limit
   */
  void check(EvaluateRequest request) {
    boolean given = !request.queries().isEmpty();
    int queries = given ? request.queries().size() : request.sample();
    if (queries > maxQueries) {
      throw over(given ? "queries" : "sample", maxQueries, MAX_QUERIES, queries);
    }
    if (!request.precisions().isEmpty() && request.sampleSize() > maxSampleSize) {
      throw over("sample_size", maxSampleSize, MAX_SAMPLE_SIZE, request.sampleSize());
    }
    if (request.timeout().compareTo(maxTimeout) > 0) {
      throw over("timeout", maxTimeout, MAX_TIMEOUT, request.timeout());
    }
  }

  private static IllegalArgumentException over(
      String parameter, Object limit, Setting<?> setting, Object got) {
    return new IllegalArgumentException(
        "["
            + parameter
            + "] must be at most ["
            + limit
            + "], as the setting ["
            + setting.getKey()
            + "] has it, got ["
            + got
            + "]");
  }

  /**
   * Takes a place for one evaluation.
   *
   * @return gives the place back
   * @throws OpenSearchRejectedExecutionException with status 429, if there is none
   */
  Releasable begin() {
    int limit = maxConcurrent;
    if (running.incrementAndGet() > limit) {
      running.decrementAndGet();
      throw new OpenSearchRejectedExecutionException(
          "this node runs ["
              + limit
              + "] evaluations already, which are all that the setting ["
              + MAX_CONCURRENT.getKey()
              + "] allows; wait for them, or cancel them with the task API");
    }
    return Releasables.releaseOnce(running::decrementAndGet);
  }
}
