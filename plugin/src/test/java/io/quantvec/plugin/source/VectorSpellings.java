/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import java.util.BitSet;

/** Spellings of vectors for tests of other packages. */
public final class VectorSpellings {

  private VectorSpellings() {}

  /** A vector of numbers with fractions and, at some indexes, without. */
  public static VectorSpelling mixed(int count, int... wholeIndexes) {
    BitSet whole = new BitSet();
    for (int index : wholeIndexes) {
      whole.set(index);
    }
    return new VectorSpelling(VectorForm.MIXED_NUMBERS, new NumberKinds(count, whole));
  }
}
