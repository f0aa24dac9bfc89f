/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;

/** Reads the terms of stored codes, see {@link CorrectionTerms}. For one thread. */
final class TermReader {

  private final RecordReader records;
  private final CorrectionTerms terms;
  private final int rescaleOffset;
  private final int additiveOffset;

  /** The unit of an additive term of 16 bits; 0 if additive is a float. */
  private final double additiveUnit;

  private double rescale;
  private double additive;

  /**
   * @param space what the codes mean
   */
  TermReader(CalibratedSpace space, RecordReader records) {
    CodeLayout layout = space.layout();
    this.records = records;
    this.terms = layout.terms();
    this.rescaleOffset = layout.rescaleOffset();
    this.additiveOffset = layout.additiveOffset();
    this.additiveUnit =
        terms == CorrectionTerms.SHORTS ? CorrectionTerms.fixedUnit(space.centroidLength()) : 0;
  }

  /**
   * Reads both terms.
   *
   * @param offset where the record starts
   */
  void read(long offset) throws IOException {
    if (terms == CorrectionTerms.SHORTS) {
      // One read for both. With a centroid of length 0 every additive term is 0.
      int both = records.readInt(offset + rescaleOffset);
      rescale = CorrectionTerms.shortFloat((short) both);
      additive = (both >> Short.SIZE) * additiveUnit;
      return;
    }
    rescale =
        terms.rescaleLength() == Short.BYTES
            ? CorrectionTerms.shortFloat(records.readShort(offset + rescaleOffset))
            : records.readFloat(offset + rescaleOffset);
    additive = records.readFloat(offset + additiveOffset);
  }

  /** Whether both terms of a record are finite. */
  boolean isFinite(long offset) throws IOException {
    read(offset);
    return Double.isFinite(rescale) && Double.isFinite(additive);
  }

  /** The rescale term of the record that was read last. */
  double rescale() {
    return rescale;
  }

  /** The additive term of the record that was read last. */
  double additive() {
    return additive;
  }
}
