/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.plugin.settings.PluginNames;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.util.BigArrays;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.indices.breaker.CircuitBreakerService;

/**
 * Reserves memory for one search of a shard, or for other work for a request, with the node's
 * circuit breaker for requests, which refuses too large a reservation. Safe for use by many
 * threads.
 */
public final class RequestMemory implements Releasable {

  /** A document with its score, the reference to it, and its place in a heap. */
  static final int BYTES_A_CANDIDATE = 48;

  private final CircuitBreaker breaker;
  private final String label;
  private long reserved;

  private RequestMemory(CircuitBreaker breaker, String label) {
    this.breaker = breaker;
    this.label = label;
  }

  /**
   * The memory of a search that is about to begin.
   *
   * @param bigArrays knows the breaker; null for none
   * @param field the field that is searched
   */
  public static RequestMemory of(BigArrays bigArrays, String field) {
    boolean counted = bigArrays != null && bigArrays.breakerService() != null;
    return new RequestMemory(
        counted ? bigArrays.breakerService().getBreaker(CircuitBreaker.REQUEST) : null,
        PluginNames.QUERY + ":" + field);
  }

  /**
   * The memory of other work for one request.
   *
   * @param label the label in the breaker's error message
   */
  public static RequestMemory of(CircuitBreakerService breakers, String label) {
    return new RequestMemory(breakers.getBreaker(CircuitBreaker.REQUEST), label);
  }

  /**
   * Reserves more.
   *
   * @throws org.opensearch.core.common.breaker.CircuitBreakingException if the breaker refuses
   */
  public synchronized void reserve(long bytes) {
    if (breaker != null) {
      breaker.addEstimateBytesAndMaybeBreak(bytes, label);
      reserved += bytes;
    }
  }

  /** Reserves memory for documents and their scores. */
  void reserveCandidates(long count) {
    reserve(count * BYTES_A_CANDIDATE);
  }

  @Override
  public synchronized void close() {
    if (breaker != null) {
      breaker.addWithoutBreaking(-reserved);
      reserved = 0;
    }
  }
}
