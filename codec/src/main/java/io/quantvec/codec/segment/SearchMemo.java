/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.score.CodeFilter;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.score.QueryRounding;
import io.quantvec.codec.score.TermBounds;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Results of earlier searches of an open field, which later searches use again. Safe for use by
 * many threads, two of which may compute the same.
 */
final class SearchMemo {

  /** By the ordinals of {@link QueryPrecision}; null until a query asks. */
  private final AtomicReferenceArray<QueryRounding> roundings =
      new AtomicReferenceArray<>(QueryPrecision.values().length);

  private volatile TermBounds termBounds;

  /**
   * How queries of a precision are rounded.
   *
   * @param space what the field's codes mean
   */
  QueryRounding rounding(QueryPrecision precision, CodeSpace space) {
    QueryRounding known = roundings.get(precision.ordinal());
    if (known == null) {
      known = precision.roundingFor(space);
      roundings.set(precision.ordinal(), known);
    }
    return known;
  }

  /**
   * The bounds of the codes' terms. The first call reads all codes, as a scan does.
   *
   * @param filter of the field's codes
   * @param count codes of the field
   */
  TermBounds termBounds(CodeFilter filter, int count) throws IOException {
    TermBounds known = termBounds;
    if (known == null) {
      known = filter.termBounds(count);
      termBounds = known;
    }
    return known;
  }

  long ramBytesUsed() {
    TermBounds known = termBounds;
    return known == null ? 0 : known.ramBytesUsed();
  }
}
