/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.util.BitSet;

/**
 * Vectors in nested objects: several belong to one parent, and the best of them gives its score.
 *
 * @param parents the documents right after their nested ones, by segment
 * @param expand whether all vectors of a parent that is found are hits, and not only the best one
 */
public record Siblings(BitSetProducer parents, boolean expand) {

  public Siblings {
    Objects.requireNonNull(parents, "parents");
  }

  /** The parents of a segment, null if it has none. */
  BitSet parents(LeafReaderContext context) throws IOException {
    return parents.getBitSet(context);
  }
}
