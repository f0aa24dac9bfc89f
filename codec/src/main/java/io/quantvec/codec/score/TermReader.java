/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;

/** Reads the terms f and g of stored codes, see {@link CorrectionTerms}. For one thread. */
final class TermReader {

  private final RecordReader records;
  private final CorrectionTerms terms;
  private final int factorOffset;
  private final int additiveOffset;

  /** What one unit of g stands for if it is a 16 bit number; 0 if it is a float. */
  private final double additiveUnit;

  private double factor;
  private double additive;

  /**
   * @param space what the codes mean; null for halves, which have no terms
   */
  TermReader(CodeLayout layout, CodeSpace space, RecordReader records) {
    this.records = records;
    this.terms = layout.terms();
    this.factorOffset = layout.factorOffset();
    this.additiveOffset = layout.additiveOffset();
    this.additiveUnit =
        space != null && terms == CorrectionTerms.SHORTS
            ? CorrectionTerms.fixedUnit(space.centroidLength())
            : 0;
  }

  /**
   * Reads both.
   *
   * @param offset of the record
   */
  void read(long offset) throws IOException {
    if (terms == CorrectionTerms.SHORTS) {
      // One look at memory for both. Of a centroid of no length every g is 0.
      int both = records.readInt(offset + factorOffset);
      factor = CorrectionTerms.shortFactor((short) both);
      additive = (both >> Short.SIZE) * additiveUnit;
      return;
    }
    factor =
        terms.factorLength() == Short.BYTES
            ? CorrectionTerms.shortFactor(records.readShort(offset + factorOffset))
            : records.readFloat(offset + factorOffset);
    additive = records.readFloat(offset + additiveOffset);
  }

  /** The f of the record that was read last. */
  double factor() {
    return factor;
  }

  /** The g of the record that was read last. */
  double additive() {
    return additive;
  }
}
