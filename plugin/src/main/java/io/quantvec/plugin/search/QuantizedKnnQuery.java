/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

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
 * The documents of a reader whose vectors are nearest to a vector, or near enough.
 *
 * <p>Unlike Lucene's own query it does not search while it is rewritten: OpenSearch rewrites before
 * it installs a search's timeout, and sometimes for no search at all.
 */
public final class QuantizedKnnQuery extends Query {

  private final String field;
  private final float[] target;
  private final SearchGoal goal;
  private final Query filter;
  private final Siblings siblings;

  /** Belongs to the search: queries that find the same are equal, whatever their state. */
  private final SearchState state;

  /**
   * @param field the field to search
   * @param target the vector to be near to; not copied
   * @param goal what to find, and with which effort
   * @param filter the documents that may be hits; null for all
   */
  public QuantizedKnnQuery(String field, float[] target, SearchGoal goal, Query filter) {
    this(field, target, goal, filter, null, SearchState.unobserved());
  }

  /**
   * @param field the field to search
   * @param target the vector to be near to; not copied
   * @param goal what to find, and with which effort
   * @param filter the documents that may be hits; null for all
   * @param siblings how vectors of nested documents belong together; null if each is a document's
   *     only one
   * @param state what the search knows and remembers
   */
  public QuantizedKnnQuery(
      String field,
      float[] target,
      SearchGoal goal,
      Query filter,
      Siblings siblings,
      SearchState state) {
    this.field = Objects.requireNonNull(field, "field");
    this.target = Objects.requireNonNull(target, "target");
    this.goal = Objects.requireNonNull(goal, "goal");
    this.filter = filter;
    this.siblings = siblings;
    this.state = Objects.requireNonNull(state, "state");
  }

  public String field() {
    return field;
  }

  public float[] target() {
    return target;
  }

  public SearchGoal goal() {
    return goal;
  }

  /** The documents that may be hits; null for all. */
  Query filter() {
    return state.view().and(filter);
  }

  /** What the search of which this query is a part knows and remembers. */
  public SearchState state() {
    return state;
  }

  /** Null if a document has one vector. */
  Siblings siblings() {
    return siblings;
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    if (filter == null) {
      return this;
    }
    if (filter instanceof MatchAllDocsQuery) {
      return withFilter(null);
    }
    if (filter instanceof MatchNoDocsQuery) {
      return filter;
    }
    Query rewritten = filter.rewrite(searcher);
    return rewritten == filter ? this : withFilter(rewritten);
  }

  private QuantizedKnnQuery withFilter(Query newFilter) {
    return new QuantizedKnnQuery(field, target, goal, newFilter, siblings, state);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    Query accepted = filter();
    Weight filterWeight =
        accepted == null ? null : searcher.createWeight(accepted, ScoreMode.COMPLETE_NO_SCORES, 1);
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
        + goal
        + (filter == null ? "" : ", filter=" + filter)
        + (siblings == null ? "" : siblings.expand() ? ", nested, expanded" : ", nested")
        + ")";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && equalsTo(getClass().cast(other));
  }

  private boolean equalsTo(QuantizedKnnQuery other) {
    return field.equals(other.field)
        && Arrays.equals(target, other.target)
        && goal.equals(other.goal)
        && Objects.equals(filter, other.filter)
        && Objects.equals(siblings, other.siblings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), field, Arrays.hashCode(target), goal, filter, siblings);
  }
}
