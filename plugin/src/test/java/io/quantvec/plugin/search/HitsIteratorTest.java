/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.lucene.search.DocIdSetIterator;
import org.junit.jupiter.api.Test;

class HitsIteratorTest {

  @Test
  void goesThroughAllDocuments() {
    HitsIterator iterator = new HitsIterator(new int[] {3, 5, 9});
    assertEquals(-1, iterator.docID());
    assertEquals(3, iterator.nextDoc());
    assertEquals(0, iterator.index());
    assertEquals(5, iterator.nextDoc());
    assertEquals(9, iterator.nextDoc());
    assertEquals(2, iterator.index());
    assertEquals(DocIdSetIterator.NO_MORE_DOCS, iterator.nextDoc());
    assertEquals(DocIdSetIterator.NO_MORE_DOCS, iterator.nextDoc());
  }

  @Test
  void advancesToTheNextDocument() {
    HitsIterator iterator = new HitsIterator(new int[] {3, 5, 9});
    assertEquals(5, iterator.advance(4));
    assertEquals(9, iterator.advance(9));
    assertEquals(DocIdSetIterator.NO_MORE_DOCS, iterator.advance(10));
    assertEquals(DocIdSetIterator.NO_MORE_DOCS, iterator.docID());
  }

  @Test
  void hasNothingWithoutDocuments() {
    HitsIterator iterator = new HitsIterator(new int[0]);
    assertEquals(0, iterator.cost());
    assertEquals(DocIdSetIterator.NO_MORE_DOCS, iterator.advance(0));
  }
}
