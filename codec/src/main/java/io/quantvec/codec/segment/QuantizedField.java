/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.CopyLayout;
import io.quantvec.codec.encode.ErrorTerms;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.records.RecordReaders;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.ErrorBounds;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.score.QueryRounding;
import io.quantvec.codec.score.TermBounds;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import org.apache.lucene.store.IndexInput;

/**
 * One open field of a segment; shared by all searches.
 *
 * @param stored what the segment's files say of it
 * @param documents the file that maps ordinals to documents
 * @param codes the records, and some bytes behind the last one that kernels may read
 * @param rerankCopy the rerank copy, and some bytes behind the last one if kernels read it
 * @param errorTerms the terms of {@link ErrorTerms}
 * @param memo what searches have computed
 */
public record QuantizedField(
    SegmentField stored,
    IndexInput documents,
    IndexInput codes,
    IndexInput rerankCopy,
    IndexInput errorTerms,
    SearchMemo memo) {

  /** What the codes and the rerank copy mean. */
  public FieldCoding coding() {
    return stored.coding();
  }

  /** What the codes mean; null for half floats and for a field without vectors. */
  public CodeSpace space() {
    return coding().space();
  }

  /** A new scorer over the codes, for one thread. */
  CodeScorer newCodeScorer(QueryPrecision precision) throws IOException {
    return newCodeScorer(memo.rounding(precision, space()));
  }

  /** A new scorer over the codes by queries that are rounded in some way, for one thread. */
  CodeScorer newCodeScorer(QueryRounding rounding) throws IOException {
    return new CodeScorer(
        stored.layout(),
        space(),
        stored.similarity(),
        RecordReaders.open(codes.clone(), stored.layout().recordLength()),
        rounding);
  }

  /** Between what the terms of the codes lie, given a scorer of these codes. */
  TermBounds termBounds(CodeScorer scorer) throws IOException {
    return memo.termBounds(scorer, stored.vectors());
  }

  /**
   * A new scorer over the rerank copy, or over the codes if there is no copy, for one thread. Not
   * for a copy of floats, which {@link FloatScorer} scores.
   */
  CodeScorer newRerankScorer() throws IOException {
    CopyLayout copy = coding().copy();
    return switch (copy.kind()) {
      case FP32 -> throw new IllegalStateException("a copy of floats has no codes to score");
      case NONE -> newCodeScorer(QueryPrecision.RERANK);
      case FP16, INT8 -> {
        RecordReader records = RecordReaders.open(rerankCopy.clone(), copy.recordLength());
        yield CodeScorer.ofRecords(
            copy.codes(), coding().copySpace(), stored.similarity(), records, copy.recordLength());
      }
    };
  }

  /** New bounds of the finer copy's scores, for one thread; null without error terms. */
  ErrorBounds newErrorBounds() throws IOException {
    ErrorTerms terms = coding().copy().errorTerms();
    return terms.length() == 0
        ? null
        : new ErrorBounds(
            newCodeScorer(QueryPrecision.BOUNDS),
            stored.layout(),
            space(),
            stored.similarity(),
            RecordReaders.open(errorTerms.clone(), terms.length()),
            terms,
            coding().copy().codes(),
            coding().copySpace());
  }

  long ramBytesUsed() {
    long bytes = space() == null ? 0 : space().calibration().ramBytesUsed();
    CodeSpace copySpace = coding().copySpace();
    bytes += memo.ramBytesUsed();
    return copySpace == null ? bytes : bytes + copySpace.calibration().ramBytesUsed();
  }
}
