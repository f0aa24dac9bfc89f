/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.score.TermBounds;
import java.io.IOException;

/**
 * What a search has computed of an open field and the next ones need again. Safe for use by many
 * threads, of which two may compute the same.
 */
final class SearchMemo {

  private volatile QueryPrecision precise;
  private volatile QueryPrecision coarse;
  private volatile TermBounds termBounds;

  /** How finely queries are rounded for final scores. */
  QueryPrecision precise(CodeSpace space) {
    QueryPrecision known = precise;
    if (known == null) {
      known = QueryPrecision.precise(space);
      precise = known;
    }
    return known;
  }

  /** How finely queries are rounded that find candidates. */
  QueryPrecision coarse(CodeSpace space) {
    QueryPrecision known = coarse;
    if (known == null) {
      known = QueryPrecision.coarse(space);
      coarse = known;
    }
    return known;
  }

  /**
   * Between what the terms of the codes lie. The first call reads all codes, as a scan does.
   *
   * @param scorer of the field's codes
   * @param count codes
   */
  TermBounds termBounds(CodeScorer scorer, int count) throws IOException {
    TermBounds known = termBounds;
    if (known == null) {
      known = scorer.termBounds(count);
      termBounds = known;
    }
    return known;
  }

  long ramBytesUsed() {
    TermBounds known = termBounds;
    return known == null ? 0 : known.ramBytesUsed();
  }
}
