/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/**
 * Records what the cluster acknowledged: the revision of every document, from which its vector
 * follows. One client writes each document, so the last acknowledgment is the truth.
 */
final class Ledger {

  static final int DIMENSION = 64;

  /** Number of values of the field by which searches filter. */
  static final int TAGS = 20;

  private static final int CENTERS = 32;

  /** The revision of each document; 0 for a document that does not exist. */
  private final AtomicIntegerArray revisions;

  Ledger(int ids) {
    revisions = new AtomicIntegerArray(ids);
  }

  int ids() {
    return revisions.length();
  }

  int revision(int id) {
    return revisions.get(id);
  }

  void acknowledge(int id, int revision) {
    revisions.set(id, revision);
  }

  List<Integer> present() {
    return IntStream.range(0, ids()).filter(id -> revisions.get(id) > 0).boxed().toList();
  }

  /** A vector in a cluster, similar to embeddings. Each revision has another vector. */
  static float[] vector(int id, int revision) {
    Random center = new Random(id % CENTERS);
    Random own = new Random(1_000_003L * id + revision);
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) (center.nextGaussian() + 0.7 * own.nextGaussian());
    }
    return vector;
  }

  /** Returns the ids of the nearest documents, from the distances to all documents. */
  List<Integer> nearest(float[] query, int k) {
    record Near(int id, double distance) {}
    List<Near> all = new ArrayList<>();
    for (int id : present()) {
      float[] vector = vector(id, revision(id));
      double squares = 0;
      for (int d = 0; d < DIMENSION; d++) {
        squares += (double) (vector[d] - query[d]) * (vector[d] - query[d]);
      }
      all.add(new Near(id, squares));
    }
    return all.stream()
        .sorted(Comparator.comparingDouble(Near::distance))
        .limit(k)
        .map(Near::id)
        .toList();
  }
}
