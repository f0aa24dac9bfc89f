/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.util.function.UnaryOperator;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;

/**
 * The part of an index that an alias shows, at the level of nested objects that a query searches.
 * The platform builds and rewrites a query before it says which alias the query is for, so all
 * rewritten forms of the query share one view.
 */
public final class AliasView {

  private final UnaryOperator<Query> toLevel;
  private volatile Query filter;

  /**
   * @param toLevel makes from a filter of root documents one of the documents that the query finds,
   *     which may be nested
   */
  public AliasView(UnaryOperator<Query> toLevel) {
    this.toLevel = toLevel;
  }

  /** Narrows the view to some documents. Replaces what it was narrowed to before. */
  public void narrow(Query documents) {
    filter = toLevel.apply(documents);
  }

  /**
   * Narrows a query's own filter.
   *
   * @param own null for all
   * @return null for all
   */
  Query and(Query own) {
    Query aliased = filter;
    if (aliased == null) {
      return own;
    }
    return own == null
        ? aliased
        : new BooleanQuery.Builder().add(own, Occur.FILTER).add(aliased, Occur.FILTER).build();
  }
}
