/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.DriftTest;
import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.code.ErrorTerms;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.ErrorBounds;
import io.quantvec.codec.score.RecordReaders;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.lucene.store.IndexInput;

/**
 * One open field of a segment; shared by all searches.
 *
 * @param coding what its codes and the finer copy mean
 * @param documents the file that maps ordinals to documents
 * @param codes the records, and some bytes behind the last one that kernels may read
 * @param rerankCopy the rerank copy, and some bytes behind the last one if kernels read it
 * @param errorTerms the terms of {@link ErrorTerms}
 */
record QuantizedField(
    FieldEntry entry,
    FieldCoding coding,
    IndexInput documents,
    IndexInput codes,
    IndexInput rerankCopy,
    IndexInput errorTerms) {

  /** More bits than any kernel takes of a query's component: each takes as many as it can. */
  private static final int MOST_QUERY_BITS = 16;

  /** What the codes mean; null for half floats and for a field without vectors. */
  CodeSpace space() {
    return coding.space();
  }

  /** A new scorer over the codes, for one thread. */
  CodeScorer newCodeScorer() throws IOException {
    return newCodeScorer(CodeScorer.preciseQueryBits(space()));
  }

  /**
   * A new scorer over the codes, for one thread.
   *
   * @param queryBits bits a component of the query
   */
  CodeScorer newCodeScorer(int queryBits) throws IOException {
    return new CodeScorer(
        entry.layout(),
        space(),
        entry.similarity(),
        RecordReaders.open(codes.clone(), entry.layout().recordLength()),
        queryBits);
  }

  /** As {@link #newCodeScorer()}, for candidates whose scores will be computed anew. */
  CodeScorer newCoarseScorer() throws IOException {
    return newCodeScorer(CodeScorer.coarseQueryBits(space()));
  }

  /**
   * A new scorer over the finest copy that kernels score, for one thread: that of the codes if
   * there is no other. Floats have Lucene's.
   */
  CodeScorer newFinestScorer() throws IOException {
    CopyLayout copy = entry.copy();
    return switch (copy.kind()) {
      case FP32 -> throw new IllegalStateException("floats are scored as they are");
      case NONE -> newCodeScorer(MOST_QUERY_BITS);
      case FP16, INT8 -> {
        RecordReader records = RecordReaders.open(rerankCopy.clone(), copy.recordLength());
        yield CodeScorer.ofRecords(
            copy.codes(), coding.copySpace(), entry.similarity(), records, copy.recordLength());
      }
    };
  }

  /** New bounds of the finer copy's scores, for one thread; null without error terms. */
  ErrorBounds newErrorBounds() throws IOException {
    ErrorTerms terms = entry.copy().errorTerms();
    return terms.length() == 0
        ? null
        : new ErrorBounds(
            newCodeScorer(CodeScorer.boundQueryBits(space())),
            entry.layout(),
            space(),
            entry.similarity(),
            RecordReaders.open(errorTerms.clone(), terms.length()),
            terms,
            entry.copy().codes(),
            coding.copySpace());
  }

  /** What the segment says of its codes. */
  FieldQuantization quantization() {
    Calibration calibration = space() == null ? null : space().calibration();
    CodeStatus status = entry.status();
    return new FieldQuantization(
        entry.config(),
        entry.budget(),
        entry.count(),
        entry.layout().recordLength(),
        entry.copy().kind(),
        entry.copy().recordLength(),
        entry.copy().errorTerms().length(),
        calibration,
        calibration == null ? null : HexFormat.of().formatHex(entry.calibrationId()),
        status.origin(),
        status.reason(),
        status.copied(),
        status.liveError(),
        status.clipRate(),
        calibration == null ? Float.NaN : (float) DriftTest.ratio(calibration, status.liveError()),
        status.valueError());
  }

  long ramBytesUsed() {
    long bytes = space() == null ? 0 : space().calibration().ramBytesUsed();
    CodeSpace copySpace = coding.copySpace();
    return copySpace == null ? bytes : bytes + copySpace.calibration().ramBytesUsed();
  }
}
