/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;

/**
 * The k documents of a reader whose vectors are nearest to a vector.
 *
 * <p>Unlike Lucene's own query it does not search while it is rewritten: OpenSearch rewrites before
 * it installs a search's timeout, and sometimes for no search at all.
 */
final class QuantizedKnnQuery extends Query {

  private final String field;
  private final float[] target;
  private final SearchEffort effort;
  private final Query filter;

  /**
   * @param field the field to search
   * @param target the vector to be near to; not copied
   * @param effort how much is looked at
   * @param filter the documents that may be hits; null for all
   */
  QuantizedKnnQuery(String field, float[] target, SearchEffort effort, Query filter) {
    this.field = Objects.requireNonNull(field, "field");
    this.target = Objects.requireNonNull(target, "target");
    this.effort = Objects.requireNonNull(effort, "effort");
    this.filter = filter;
  }

  String field() {
    return field;
  }

  float[] target() {
    return target;
  }

  SearchEffort effort() {
    return effort;
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    if (filter == null) {
      return this;
    }
    if (filter instanceof MatchAllDocsQuery) {
      return new QuantizedKnnQuery(field, target, effort, null);
    }
    if (filter instanceof MatchNoDocsQuery) {
      return filter;
    }
    Query rewritten = filter.rewrite(searcher);
    return rewritten == filter ? this : new QuantizedKnnQuery(field, target, effort, rewritten);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    Weight filterWeight =
        filter == null ? null : searcher.createWeight(filter, ScoreMode.COMPLETE_NO_SCORES, 1);
    return new QuantizedKnnWeight(this, searcher, filterWeight, boost);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    if (visitor.acceptField(field)) {
      visitor.visitLeaf(this);
    }
  }

  @Override
  public String toString(String defaultField) {
    return "quantized_knn("
        + field
        + ":["
        + target[0]
        + ",...], "
        + effort
        + (filter == null ? "" : ", filter=" + filter)
        + ")";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && equalsTo(getClass().cast(other));
  }

  private boolean equalsTo(QuantizedKnnQuery other) {
    return field.equals(other.field)
        && Arrays.equals(target, other.target)
        && effort.equals(other.effort)
        && Objects.equals(filter, other.filter);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), field, Arrays.hashCode(target), effort, filter);
  }
}
