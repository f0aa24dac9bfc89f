/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.filter;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/** A filter for an index of one segment. The filter itself takes no time. */
final class BitSetFilter extends Query {

  private final FixedBitSet docs;
  private final int count;

  BitSetFilter(FixedBitSet docs) {
    this.docs = docs;
    this.count = docs.cardinality();
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    return new ConstantScoreWeight(this, boost) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext context) {
        return ConstantScoreScorerSupplier.fromIterator(
            new BitSetIterator(docs, count), score(), scoreMode, context.reader().maxDoc());
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        return false;
      }
    };
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return count + " documents";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BitSetFilter that && docs == that.docs;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(docs);
  }
}
