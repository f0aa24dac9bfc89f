/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.plugin.activity.SearchCounter;
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
import org.opensearch.common.util.BigArrays;

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

  /** No part of what the query is: two that find the same are equal. */
  private final BigArrays bigArrays;

  /** Nor is this; null where nobody counts. */
  private final SearchCounter counter;

  /** Nor is this, which is the same for all queries of a search. */
  private final AliasView view;

  /** Of the last search that was complete; no part of what the query is, either. */
  private volatile Known known;

  private record Known(Object reader, ShardHits hits) {}

  /** Nor is this. */
  private volatile Query profiledAs;

  /**
   * @param field the field to search
   * @param target the vector to be near to; not copied
   * @param goal what to find, and with which effort
   * @param filter the documents that may be hits; null for all
   */
  public QuantizedKnnQuery(String field, float[] target, SearchGoal goal, Query filter) {
    this(field, target, goal, filter, null, new AliasView(alias -> alias), null, null);
  }

  /**
   * @param field the field to search
   * @param target the vector to be near to; not copied
   * @param goal what to find, and with which effort
   * @param filter the documents that may be hits; null for all
   * @param siblings how vectors of nested documents belong together; null if each is a document's
   *     only one
   * @param view what the search's alias shows
   * @param bigArrays knows the circuit breaker; null for none
   * @param counter told of each search; null for none
   */
  public QuantizedKnnQuery(
      String field,
      float[] target,
      SearchGoal goal,
      Query filter,
      Siblings siblings,
      AliasView view,
      BigArrays bigArrays,
      SearchCounter counter) {
    this.field = Objects.requireNonNull(field, "field");
    this.target = Objects.requireNonNull(target, "target");
    this.goal = Objects.requireNonNull(goal, "goal");
    this.filter = filter;
    this.siblings = siblings;
    this.view = view;
    this.bigArrays = bigArrays;
    this.counter = counter;
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
    return view.and(filter);
  }

  public AliasView view() {
    return view;
  }

  /** Null if a document has one vector. */
  Siblings siblings() {
    return siblings;
  }

  /** What the platform's profile knows it as: itself or a boost around it; null if it does not. */
  Query profiledAs() {
    return profiledAs;
  }

  /** Notes that the platform profiles it, and as what. */
  void setProfiledAs(Query query) {
    profiledAs = query;
  }

  /**
   * What a search with this very object has found before: an explanation of each hit makes a weight
   * of its own, and would search the shard anew.
   *
   * @return null if it has not searched this reader, or not to the end
   */
  ShardHits known(IndexSearcher searcher) {
    Known last = known;
    return last != null && last.reader == searcher.getIndexReader() ? last.hits : null;
  }

  /** Keeps what was found, as long as the query lives. */
  void remember(IndexSearcher searcher, ShardHits hits) {
    if (!hits.partial()) {
      known = new Known(searcher.getIndexReader(), hits);
    }
  }

  /** What a search of one shard holds; to be closed behind it. */
  RequestMemory newMemory() {
    return RequestMemory.of(bigArrays, field);
  }

  /** Null where nobody counts. */
  SearchCounter counter() {
    return counter;
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
    return new QuantizedKnnQuery(
        field, target, goal, newFilter, siblings, view, bigArrays, counter);
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
