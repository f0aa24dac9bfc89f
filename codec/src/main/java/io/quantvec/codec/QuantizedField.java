/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.RecordReaders;
import java.io.IOException;
import org.apache.lucene.store.IndexInput;

/**
 * One open field of a segment; shared by all searches.
 *
 * @param calibration null for half floats and for a field without vectors
 * @param documents the file that maps ordinals to documents
 * @param codes the records and nothing else
 * @param rerankCopy the rerank copy and nothing else
 */
record QuantizedField(
    FieldEntry entry,
    Calibration calibration,
    IndexInput documents,
    IndexInput codes,
    IndexInput rerankCopy) {

  /** A new scorer over the codes, for one thread. */
  CodeScorer newCodeScorer() throws IOException {
    return new CodeScorer(
        entry.layout(),
        calibration,
        entry.similarity(),
        RecordReaders.open(codes.clone(), entry.layout().recordLength()));
  }

  long ramBytesUsed() {
    return calibration == null ? 0 : calibration.ramBytesUsed();
  }
}
