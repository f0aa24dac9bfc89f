/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;

/**
 * A vector field that knows its place in the text of its document, so that the stored source can
 * omit the vector.
 */
public final class DerivedVectorField extends KnnFloatVectorField {

  private final VectorText text;

  /** A field for a vector that is in the document where the text says. */
  public DerivedVectorField(String name, float[] vector, FieldType type, VectorText text) {
    super(name, vector, type);
    this.text = text;
  }

  /** The vector's place in its document. */
  VectorText text() {
    return text;
  }
}
