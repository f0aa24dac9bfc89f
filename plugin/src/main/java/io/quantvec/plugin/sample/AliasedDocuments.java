/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import java.io.IOException;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.Rewriteable;
import org.opensearch.search.internal.AliasFilter;

/** The documents of a shard that the aliases of a request show. */
public final class AliasedDocuments {

  private AliasedDocuments() {}

  /**
   * @param filter of the aliases
   * @param context of the shard's searcher
   * @return matches whole documents, rewritten; null for all
   */
  public static Query of(AliasFilter filter, QueryShardContext context) throws IOException {
    QueryBuilder builder = filter.getQueryBuilder();
    if (builder == null) {
      return null;
    }
    Query query = Rewriteable.rewrite(builder, context, true).toQuery(context);
    if (context.getMapperService().hasNested()) {
      // A script would be run on nested documents, too, which lack the fields that it asks for.
      query =
          new BooleanQuery.Builder()
              .add(query, Occur.FILTER)
              .add(Queries.newNonNestedFilter(), Occur.FILTER)
              .build();
    }
    return context.searcher().rewrite(query);
  }
}
