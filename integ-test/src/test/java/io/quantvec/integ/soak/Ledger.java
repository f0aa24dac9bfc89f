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
 * What the cluster has acknowledged: the revision of every document, from which its vector follows.
 * Each document is written by one client only, so the last acknowledgement is what must be there.
 */
final class Ledger {

  static final int DIMENSION = 64;

  /** Values of the field that searches filter by. */
  static final int TAGS = 20;

  private static final int CENTERS = 32;

  /** 0 for a document that is not there. */
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

  /** A vector in a cluster, as embeddings are: another one with every revision. */
  static float[] vector(int id, int revision) {
    Random center = new Random(id % CENTERS);
    Random own = new Random(1_000_003L * id + revision);
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) (center.nextGaussian() + 0.7 * own.nextGaussian());
    }
    return vector;
  }

  /** The ids of the nearest documents, by the distances to all of them. */
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
