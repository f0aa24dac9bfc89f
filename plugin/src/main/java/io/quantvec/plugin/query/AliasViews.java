/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.plugin.search.QuantizedKnnQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.opensearch.common.lucene.search.function.FunctionScoreQuery;
import org.opensearch.common.lucene.search.function.FunctionScoreQuery.FilterScoreFunction;
import org.opensearch.common.lucene.search.function.ScoreFunction;
import org.opensearch.index.query.ParsedQuery;
import org.opensearch.index.shard.SearchOperationListener;
import org.opensearch.search.fetch.subphase.InnerHitsContext;
import org.opensearch.search.fetch.subphase.InnerHitsContext.InnerHitSubContext;
import org.opensearch.search.internal.SearchContext;
import org.opensearch.search.rescore.RescoreContext;

/**
 * Applies the filters of aliases during the vector search. The platform applies them to the hits of
 * a query, which would leave fewer than k hits; a request to an alias asks for the nearest of the
 * documents that the alias shows.
 */
public final class AliasViews implements SearchOperationListener {

  /** A listener without state. */
  public AliasViews() {}

  @Override
  public void onPreQueryPhase(SearchContext context) {
    narrow(context);
  }

  /** Explanations and inner hits search again, with newly built queries. */
  @Override
  public void onPreFetchPhase(SearchContext context) {
    narrow(context);
  }

  private static void narrow(SearchContext context) {
    if (context.aliasFilter() == null) {
      return;
    }
    Query filter;
    try {
      filter =
          context
              .searcher()
              .rewrite(
                  NestedVectors.wholeDocuments(context.mapperService(), context.aliasFilter()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The user's query without the alias filter, which may itself contain a vector query.
    narrow(context.parsedQuery(), filter);
    narrow(context.parsedPostFilter(), filter);
    for (RescoreContext rescore : context.rescore()) {
      rescore.getParsedQueries().forEach(query -> narrow(query, filter));
    }
    narrow(context.innerHits(), filter);
  }

  /**
   * @param innerHits which may have inner hits themselves; null for none
   */
  private static void narrow(InnerHitsContext innerHits, Query filter) {
    if (innerHits != null) {
      for (InnerHitSubContext hits : innerHits.getInnerHits().values()) {
        narrow(hits.parsedQuery(), filter);
        narrow(hits.innerHits(), filter);
      }
    }
  }

  private static void narrow(ParsedQuery query, Query filter) {
    if (query != null) {
      narrow(query.query(), filter);
    }
  }

  /**
   * Narrows all vector queries inside a query to some documents.
   *
   * @param query not yet searched with
   * @param documents whole ones that may be hits, rewritten; null for all
   */
  public static void narrow(Query query, Query documents) {
    if (documents == null) {
      return;
    }
    query.visit(
        new QueryVisitor() {
          @Override
          public QueryVisitor getSubVisitor(BooleanClause.Occur occur, Query parent) {
            if (parent instanceof FunctionScoreQuery functions) {
              // The visitor sees the query that is scored, but not the filters of the functions.
              narrowFilters(functions, documents);
            }
            return this;
          }

          @Override
          public void visitLeaf(Query leaf) {
            if (leaf instanceof QuantizedKnnQuery vectors) {
              vectors.state().view().narrow(documents);
            }
          }
        });
  }

  private static void narrowFilters(FunctionScoreQuery query, Query documents) {
    for (ScoreFunction function : query.getFunctions()) {
      if (function instanceof FilterScoreFunction filtered) {
        narrow(filtered.filter, documents);
      }
    }
  }
}
