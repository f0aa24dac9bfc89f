/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import java.io.IOException;

/**
 * Writes a vector in the form that its document had, each number of the same kind, whole or not.
 * Digits may differ.
 *
 * @param form the form
 * @param kinds which numbers are whole; null unless the form is {@link VectorForm#MIXED_NUMBERS}
 */
public record VectorSpelling(VectorForm form, NumberKinds kinds) {

  /** Checks that there are kinds where the form needs them. */
  public VectorSpelling {
    if ((form == VectorForm.MIXED_NUMBERS) != (kinds != null)) {
      throw new IllegalArgumentException("form " + form + " with kinds " + kinds);
    }
  }

  /** The spelling of a form that needs no kinds. */
  static VectorSpelling of(VectorForm form) {
    return new VectorSpelling(form, null);
  }

  /**
   * The JSON text of a vector.
   *
   * @param vector finite numbers; the nearest whole number is written where the document had a
   *     whole number
   * @throws IOException if the vector has another length than the document's
   * @throws IllegalStateException if the form is one of codes
   */
  public String ofNumbers(float[] vector) throws IOException {
    if (kinds == null) {
      return form.ofNumbers(vector);
    }
    if (kinds.count() != vector.length) {
      throw new IOException(
          "expected a vector of " + kinds.count() + " numbers, found " + vector.length);
    }
    return NumberText.array(vector, kinds.whole()::get);
  }
}
