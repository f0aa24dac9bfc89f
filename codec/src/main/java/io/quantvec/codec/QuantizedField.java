/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.RecordReaders;
import java.io.IOException;
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

  long ramBytesUsed() {
    return space == null ? 0 : space.calibration().ramBytesUsed();
  }
}
