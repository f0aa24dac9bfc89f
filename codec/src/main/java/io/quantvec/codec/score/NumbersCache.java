/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Caches the numbers of a query while a search uses them. Segments of the same calibration share
 * them: otherwise a search of many small segments would spend more time on the numbers than on
 * codes. Safe for use by many threads.
 */
final class NumbersCache {

  /** Numbers for the codes and for the rerank copy, by two roundings. */
  private static final int MOST = 4;

  private record Entry(
      CodeLayout layout, QueryRounding rounding, WeakReference<QueryNumbers> numbers) {}

  private volatile List<Entry> entries = List.of();

  /** The numbers of a query, from the cache or new. */
  QueryNumbers get(CalibratedSpace space, QueryRounding rounding, TransformedQuery query) {
    for (Entry entry : entries) {
      QueryNumbers numbers = entry.numbers.get();
      if (numbers != null
          && entry.rounding.equals(rounding)
          && entry.layout.equals(space.layout())) {
        return numbers;
      }
    }
    QueryNumbers numbers = QueryNumbers.of(space, rounding);
    numbers.set(query.direction(), query.length());
    if (numbers.isShareable()) {
      add(new Entry(space.layout(), rounding, new WeakReference<>(numbers)));
    }
    return numbers;
  }

  private synchronized void add(Entry added) {
    List<Entry> left = new ArrayList<>(entries);
    left.removeIf(entry -> entry.numbers.get() == null);
    if (left.size() == MOST) {
      left.remove(0);
    }
    left.add(added);
    entries = List.copyOf(left);
  }
}
