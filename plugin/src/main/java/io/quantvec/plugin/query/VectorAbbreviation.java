/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Tells whether a query is printed into a log or the description of a task, where hundreds of
 * numbers hide the rest of the request. The platform prints requests there with the same call that
 * clients use to send them, and passes no parameter on to queries: the caller is what differs.
 */
final class VectorAbbreviation {

  /** The slow logs of shards and requests, and the descriptions of requests. */
  private static final List<String> PRINTERS =
      List.of(
          "org.opensearch.index.SearchSlowLog",
          "org.opensearch.action.search.SearchRequest",
          "org.opensearch.action.search.SearchRequestSlowLog",
          "org.opensearch.search.internal.ShardSearchRequest");

  private VectorAbbreviation() {}

  /** Whether a vector is printed for a log or a task, and by nobody who reads it back. */
  static boolean isWanted(XContentBuilder builder) {
    return builder.humanReadable()
        && StackWalker.getInstance()
            .walk(
                frames ->
                    frames.map(StackFrame::getClassName).anyMatch(VectorAbbreviation::prints));
  }

  private static boolean prints(String className) {
    // Messages are classes within these; a longer name is another class, of a listener for
    // instance.
    int nested = className.indexOf('$');
    return PRINTERS.contains(nested < 0 ? className : className.substring(0, nested));
  }
}
