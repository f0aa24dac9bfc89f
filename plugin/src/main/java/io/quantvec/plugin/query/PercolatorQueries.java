/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import java.lang.StackWalker.StackFrame;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;

/**
 * Refuses queries that a percolator cannot answer. A percolator searches one document at a time,
 * which is always among the k nearest of one document. A distance or a score decides for each
 * document alone.
 */
final class PercolatorQueries {

  private static final String PERCOLATOR = "org.opensearch.percolator.";

  private PercolatorQueries() {}

  /**
   * Checks a query where it is stored and where documents are percolated.
   *
   * @throws QueryShardException if a percolator asks for the k nearest
   */
  static void check(QueryShardContext context, String field, Reach reach) {
    // The percolator is a module of its own. Its contexts have no reader, and nothing of their own.
    if (!reach.isRadial() && context.getIndexReader() == null && isPercolator()) {
      throw new QueryShardException(
          context,
          "["
              + QuantizedKnnQueryBuilder.NAME
              + "]: field ["
              + field
              + "]: a percolator query cannot have [k], because each document is the nearest of"
              + " itself; give ["
              + Reach.Kind.MIN_SCORE.label()
              + "] or ["
              + Reach.Kind.MAX_DISTANCE.label()
              + "] instead");
    }
  }

  private static boolean isPercolator() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.map(StackFrame::getClassName).anyMatch(name -> name.startsWith(PERCOLATOR)));
  }
}
