/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.DriftTest;
import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.RecordReaders;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.lucene.store.IndexInput;

/**
 * One open field of a segment; shared by all searches.
 *
 * @param space what the codes mean; null for half floats and for a field without vectors
 * @param documents the file that maps ordinals to documents
 * @param codes the records, and some bytes behind the last one that kernels may read
 * @param rerankCopy the rerank copy and nothing else
 */
record QuantizedField(
    FieldEntry entry,
    CodeSpace space,
    IndexInput documents,
    IndexInput codes,
    IndexInput rerankCopy) {

  /** A new scorer over the codes, for one thread. */
  CodeScorer newCodeScorer() throws IOException {
    return new CodeScorer(
        entry.layout(),
        space,
        entry.similarity(),
        RecordReaders.open(codes.clone(), entry.layout().recordLength()));
  }

  /**
   * A new scorer over the codes, for one thread.
   *
   * @param queryBits bits a component of the query
   */
  CodeScorer newCodeScorer(int queryBits) throws IOException {
    return new CodeScorer(
        entry.layout(),
        space,
        entry.similarity(),
        RecordReaders.open(codes.clone(), entry.layout().recordLength()),
        queryBits);
  }

  /** As {@link #newCodeScorer()}, for candidates whose scores will be computed anew. */
  CodeScorer newCoarseScorer() throws IOException {
    return space == null ? newCodeScorer() : newCodeScorer(CodeScorer.coarseQueryBits(space));
  }

  /** What the segment says of its codes. */
  FieldQuantization quantization() {
    Calibration calibration = space == null ? null : space.calibration();
    CodeStatus status = entry.status();
    return new FieldQuantization(
        entry.config(),
        entry.count(),
        entry.layout().recordLength(),
        entry.rerankLength(),
        calibration,
        calibration == null ? null : HexFormat.of().formatHex(entry.calibrationId()),
        status.origin(),
        status.reason(),
        status.copied(),
        status.liveError(),
        status.clipRate(),
        calibration == null ? Float.NaN : (float) DriftTest.ratio(calibration, status.liveError()));
  }

  long ramBytesUsed() {
    return space == null ? 0 : space.calibration().ramBytesUsed();
  }
}
