/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.ErrorTerms;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.records.RecordReaders;
import io.quantvec.codec.score.CodeFilter;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.ErrorBounds;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.score.QueryRounding;
import io.quantvec.codec.score.TermBounds;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Optional;
import org.apache.lucene.store.IndexInput;

/**
 * One open field of a segment; shared by all searches.
 *
 * @param stored what the segment's files say of it
 * @param documents the file that maps ordinals to documents
 * @param codes the records, and some bytes after the last record that kernels may read
 * @param rerankCopy the rerank copy, and some bytes after the last record if kernels read it
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

  /** The meaning of the codes. */
  public CodeSpace space() {
    return coding().space();
  }

  /** A new scorer over the codes, for one thread. */
  CodeScorer newCodeScorer(QueryPrecision precision) throws IOException {
    return newCodeScorer(memo.rounding(precision, space()));
  }

  /** A new scorer over the codes by queries that are rounded in a given way, for one thread. */
  CodeScorer newCodeScorer(QueryRounding rounding) throws IOException {
    return CodeScorer.of(space(), stored.similarity(), openCodes(), rounding);
  }

  private RecordReader openCodes() throws IOException {
    return RecordReaders.open(codes.clone(), stored.layout().recordLength());
  }

  /** The bounds of the codes' terms, given a filter of these codes. */
  TermBounds termBounds(CodeFilter filter) throws IOException {
    return memo.termBounds(filter, stored.vectors());
  }

  /**
   * A new scorer over the rerank copy, or over the codes if there is no copy, for one thread. Not
   * for a copy of floats, which {@link FloatScorer} scores.
   */
  CodeScorer newRerankScorer() throws IOException {
    if (coding().copySpace().isEmpty()) {
      return newCodeScorer(QueryPrecision.RERANK);
    }
    CodeSpace copySpace = coding().copySpace().get();
    int recordLength = coding().copy().recordLength();
    return CodeScorer.of(
        copySpace,
        stored.similarity(),
        RecordReaders.open(rerankCopy.clone(), recordLength),
        recordLength,
        QueryPrecision.RERANK.roundingFor(copySpace));
  }

  /** New bounds of the rerank copy's scores, for one thread; empty without a copy. */
  Optional<ErrorBounds> newErrorBounds() throws IOException {
    int termsLength = coding().copy().errorTerms().length();
    if (termsLength == 0) {
      return Optional.empty();
    }
    return Optional.of(
        ErrorBounds.of(
            coding(),
            openCodes(),
            RecordReaders.open(errorTerms.clone(), termsLength),
            memo.rounding(QueryPrecision.BOUNDS, space())));
  }

  long ramBytesUsed() {
    return memo.ramBytesUsed()
        + bytesUsed(coding().calibration())
        + bytesUsed(coding().copyCalibration());
  }

  private static long bytesUsed(Optional<Calibration> calibration) {
    return calibration.map(Calibration::ramBytesUsed).orElse(0L);
  }
}
