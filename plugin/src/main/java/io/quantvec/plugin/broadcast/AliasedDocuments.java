/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.broadcast;

import io.quantvec.plugin.query.NestedVectors;
import java.io.IOException;
import org.apache.lucene.search.Query;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.Rewriteable;
import org.opensearch.indices.IndicesService;
import org.opensearch.search.internal.AliasFilter;

/** The documents of a shard that the aliases of a request show. */
public final class AliasedDocuments {

  private AliasedDocuments() {}

  /**
   * What a request may see of an index.
   *
   * @param requested names of indexes and aliases, and patterns, as they were given
   */
  public static AliasFilter filter(
      ClusterState state,
      IndicesService indices,
      IndexNameExpressionResolver resolver,
      String index,
      String... requested) {
    return indices.buildAliasFilter(state, index, resolver.resolveExpressions(state, requested));
  }

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
    return context
        .searcher()
        .rewrite(NestedVectors.wholeDocuments(context.getMapperService(), query));
  }
}
