/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.soak;

import io.quantvec.integ.node.OpenSearchNode;
import io.quantvec.integ.node.Rest;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A client of a cluster. It asks a node, and another node if the first answer is not good. A bad
 * answer is expected while a node is away, as {@link #nodeGoes} and {@link #nodeIsBack} tell. At
 * any other time, or if no node gives a good answer, it is an error of the run.
 */
final class SoakClient implements AutoCloseable {

  private static final int TRIES = 40;
  private static final int PAUSE_MILLIS = 250;

  /** Requests that were sent before a node came back may still fail for this time. */
  private static final long GRACE_NANOS = 3_000_000_000L;

  /**
   * Errors for searches and shards that a node no longer has, or does not have yet, for which the
   * platform answers 404. A stopping node ends its searches and closes its shards before its
   * connections.
   */
  private static final List<String> NOT_THERE =
      List.of(
          "search_context_missing_exception",
          "illegal_index_shard_state_exception",
          "index_shard_closed_exception",
          "index_shard_not_started_exception",
          "index_shard_not_recovering_exception",
          "index_shard_recovering_exception",
          "index_shard_relocated_exception",
          "shard_not_found_exception",
          "index_not_found_exception");

  private final List<Rest> nodes;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger retried = new AtomicInteger();
  private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
  private volatile boolean away;
  private volatile long backSince = System.nanoTime() - GRACE_NANOS;

  SoakClient(List<OpenSearchNode> nodes) {
    this.nodes = nodes.stream().map(Rest::new).toList();
  }

  void nodeGoes() {
    away = true;
  }

  void nodeIsBack() {
    backSince = System.nanoTime();
    away = false;
  }

  private boolean excused() {
    return away || System.nanoTime() - backSince < GRACE_NANOS;
  }

  /** Calls the cluster. Some node must answer with success. */
  Rest.Json call(String method, String path, String body) {
    return call(method, path, body, json -> true);
  }

  /**
   * Calls the cluster. Some node must give a good answer.
   *
   * @param complete whether an answer of status 200 is complete
   * @return the answer; throws after an error, which is recorded
   */
  Rest.Json call(String method, String path, String body, Predicate<Rest.Json> complete) {
    String trouble = null;
    for (int i = 0; i < TRIES; i++) {
      boolean excusedBefore = excused();
      try {
        Rest node = nodes.get(Math.floorMod(next.getAndIncrement(), nodes.size()));
        Rest.Answer answer = node.send(method, path, body);
        trouble = answer.status() + ": " + abbreviated(answer.text());
        if (answer.status() < 300) {
          Rest.Json json = answer.json();
          if (complete.test(json)) {
            return json;
          }
        } else if (!mayPass(answer.status(), answer.text())) {
          break;
        }
      } catch (IOException e) {
        trouble = e.toString();
      }
      if (!excusedBefore && !excused()) {
        break;
      }
      retried.incrementAndGet();
      pause();
    }
    throw error(method + " " + path + " " + abbreviated(body) + " gave " + trouble);
  }

  /**
   * Returns whether a call, or an item of a bulk, with that answer may succeed later. This includes
   * calls that timed out.
   *
   * @param text the text of the answer or of its error
   */
  static boolean mayPass(int status, String text) {
    return status >= 500
        || status == 429
        || status == 408
        || status == 404 && NOT_THERE.stream().anyMatch(text::contains);
  }

  /** Records an error of the run. */
  IllegalStateException error(String what) {
    unexpected.add(what);
    return new IllegalStateException(what);
  }

  List<String> unexpected() {
    return List.copyOf(unexpected);
  }

  /** Returns the number of tries that failed because a node was away. */
  int retried() {
    return retried.get();
  }

  private static String abbreviated(String text) {
    return text == null || text.length() < 1500 ? text : text.substring(0, 1500) + "...";
  }

  static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    nodes.forEach(Rest::close);
  }
}
