/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;

/** A vector that knows its place in its document, whose stored source need not repeat it. */
public final class DerivedVectorField extends KnnFloatVectorField {

  private final VectorText text;

  /** A field of the vector, which stands in the document as the text says. */
  public DerivedVectorField(String name, float[] vector, FieldType type, VectorText text) {
    super(name, vector, type);
    this.text = text;
  }

  /** The vector's place in its document. */
  VectorText text() {
    return text;
  }
}
