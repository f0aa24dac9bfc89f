/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.apache.lucene.search.ScoreDoc;
import org.junit.jupiter.api.Test;

/** Compares sorting by numbers with sorting by comparators. */
class HitOrderTest {

  private static final float[] SPECIAL = {
    0, -0f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN, Float.MIN_VALUE, -1, 1
  };

  private final Random random = new Random(42);

  /** Distinct documents with few distinct scores. */
  private ScoreDoc[] hits(int count, int segments) {
    ScoreDoc[] hits = new ScoreDoc[count];
    for (int i = 0; i < count; i++) {
      // -1 means no segment; the highest document is the largest int.
      int segment = segments == 0 ? -1 : random.nextInt(segments);
      hits[i] = new ScoreDoc(Integer.MAX_VALUE - i, SPECIAL[random.nextInt(8)], segment);
    }
    Collections.shuffle(Arrays.asList(hits), random);
    return hits;
  }

  @Test
  void sortsLikeTheComparators() {
    for (int count = 0; count < 300; count += 1 + count / 4) {
      for (int segments = 0; segments < 4; segments++) {
        ScoreDoc[] hits = hits(count, segments);
        ScoreDoc[] expected = hits.clone();
        Arrays.sort(expected, CandidateRescoring.BEST_FIRST);
        HitOrder.sortBestFirst(hits);
        assertArrayEquals(expected, hits);
        Arrays.sort(expected, CandidateRescoring.BY_DOC);
        HitOrder.sortByDoc(hits);
        assertArrayEquals(expected, hits);
      }
    }
  }
}
