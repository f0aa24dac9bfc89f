/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.plugin.vector.SpaceType;
import io.quantvec.plugin.vector.VectorInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.index.fielddata.ScriptDocValues;

/**
 * {@code doc['field']} of a script: the document's vector, decoded from its rerank copy (or its
 * code without one), and how near it is to another one. As a list it has one element, the vector,
 * or none.
 *
 * <p>The functions are methods, and not functions of their own like {@code l2Squared(query,
 * doc['field'])} of the k-NN plugin: Painless does not start, nor does the node, if two plugins
 * import functions of the same name and number of arguments.
 *
 * <p>Vectors to compare with come in all forms that queries on the field take: a list of numbers,
 * base64 of little-endian floats, an object of codes; also an array of floats, or the doc values of
 * another field. All functions throw {@link IllegalArgumentException} if it is another or has
 * another dimension, and {@link IllegalStateException} if the document has no vector.
 *
 * <p>Functions return floats, as the k-NN plugin's do: scripts that were written for those say
 * {@code float distance = ...}.
 */
public final class VectorDocValues extends ScriptDocValues<float[]> {

  private final QuantizedVectorFieldType type;
  private final StoredVectors vectors;
  private final ScriptVector.Last last;
  private boolean present;

  VectorDocValues(QuantizedVectorFieldType type, StoredVectors vectors) {
    this.type = type;
    this.vectors = vectors;
    this.last = new ScriptVector.Last(type);
  }

  @Override
  public void setNextDocId(int document) throws IOException {
    present = vectors.advance(document);
  }

  @Override
  public int size() {
    return present ? 1 : 0;
  }

  /** The vector, at index 0. */
  @Override
  public float[] get(int index) {
    if (index != 0) {
      throw new IndexOutOfBoundsException(
          type.describe() + " has one vector a document, at index [0], got [" + index + "]");
    }
    return getValue();
  }

  /**
   * The vector.
   *
   * @return a copy, one number a dimension
   */
  public float[] getValue() {
    return stored().clone();
  }

  /** The same as {@link #getValue}. */
  public float[] getVector() {
    return getValue();
  }

  /** The field's dimension, also where the document has no vector. */
  public int getDimension() {
    return type.dimension();
  }

  /**
   * The score that a {@code quantized_knn} query of the field's space type has after rescoring.
   *
   * @throws IllegalArgumentException also for a zero vector under cosine
   */
  public float score(Object query) {
    ScriptVector vector = last.of(query);
    if (type.spaceType() == SpaceType.COSINESIMIL) {
      requireDirection(vector, "score");
    }
    requirePresent();
    try {
      return vectors.score(vector.values());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The squared Euclidean distance, at least 0. */
  public float l2Squared(Object query) {
    return VectorUtil.squareDistance(last.of(query).values(), stored());
  }

  /** The inner product. */
  public float innerProduct(Object query) {
    return VectorUtil.dotProduct(last.of(query).values(), stored());
  }

  /**
   * The cosine of the angle, -1 to 1; 0 if the stored vector is zero, as the k-NN plugin has it.
   *
   * @throws IllegalArgumentException also if the query is zero
   */
  public float cosineSimilarity(Object query) {
    ScriptVector vector = last.of(query);
    requireDirection(vector, "cosineSimilarity");
    float[] stored = stored();
    // In double precision: squared lengths may overflow a float, or vanish in it.
    double product = 0;
    double queryLength = 0;
    double storedLength = 0;
    for (int d = 0; d < stored.length; d++) {
      double a = vector.values()[d];
      double b = stored[d];
      product += a * b;
      queryLength += a * a;
      storedLength += b * b;
    }
    if (storedLength == 0) {
      return 0;
    }
    double cosine = product / (Math.sqrt(queryLength) * Math.sqrt(storedLength));
    return (float) Math.clamp(cosine, -1, 1);
  }

  /** The sum of the absolute differences, at least 0. */
  public float l1Norm(Object query) {
    float[] target = last.of(query).values();
    float[] stored = stored();
    double sum = 0;
    for (int d = 0; d < stored.length; d++) {
      sum += Math.abs((double) target[d] - stored[d]);
    }
    return (float) sum;
  }

  /** The largest absolute difference, at least 0. */
  public float lInfNorm(Object query) {
    float[] target = last.of(query).values();
    float[] stored = stored();
    double largest = 0;
    for (int d = 0; d < stored.length; d++) {
      largest = Math.max(largest, Math.abs((double) target[d] - stored[d]));
    }
    return (float) largest;
  }

  /**
   * The number of bits that differ.
   *
   * @throws IllegalArgumentException also if the field's vectors, or this one, are no bits
   */
  public float hamming(Object query) {
    if (!isOfBits()) {
      throw new IllegalArgumentException(
          type.describe() + " expects [input.type: binary] for [hamming], which counts bits");
    }
    ScriptVector vector = last.of(query);
    if (!vector.codes()) {
      throw new IllegalArgumentException(
          type.describe() + " expects an object of [binary] codes for [hamming], got numbers");
    }
    float[] target = vector.values();
    float[] stored = stored();
    int different = 0;
    for (int d = 0; d < stored.length; d++) {
      different += target[d] > 0 == stored[d] > 0 ? 0 : 1;
    }
    return different;
  }

  /** Whether the field's vectors arrive as bits. */
  boolean isOfBits() {
    return type.input() == VectorInput.Type.BINARY;
  }

  private void requireDirection(ScriptVector vector, String function) {
    if (vector.noDirection() != null) {
      throw new IllegalArgumentException(
          type.describe() + " in [" + function + "]: " + vector.noDirection());
    }
  }

  private float[] stored() {
    requirePresent();
    try {
      return vectors.vector();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requirePresent() {
    if (!present) {
      throw new IllegalStateException(
          type.describe()
              + " has no vector in this document; check [doc['"
              + type.name()
              + "'].size() == 0] first");
    }
  }
}
