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
 * The part of an index that an alias shows, seen from where a query stands. A query is made before
 * the platform says which alias it is for, and rewritten before that, too: all that it is rewritten
 * to share one view.
 */
public final class AliasView {

  private final UnaryOperator<Query> toLevel;
  private volatile Query filter;

  /**
   * @param toLevel makes of a filter of whole documents one of those that the query finds, which
   *     may be nested in them
   */
  public AliasView(UnaryOperator<Query> toLevel) {
    this.toLevel = toLevel;
  }

  /** Narrows it from the whole index to some documents, whatever it was narrowed to before. */
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
