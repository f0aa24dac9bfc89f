/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.lucene.index.VectorSimilarityFunction;

/** What makes two vectors near each other; names and score formulae are the k-NN plugin's. */
public enum SpaceType {
  /** Euclidean distance d, score {@code 1 / (1 + d²)}. */
  L2(VectorSimilarityFunction.EUCLIDEAN),
  /** Cosine c, score {@code (1 + c) / 2}; takes no zero vector. */
  COSINESIMIL(VectorSimilarityFunction.COSINE),
  /** Inner product p, score {@code p + 1} if p is not negative, otherwise {@code 1 / (1 - p)}. */
  INNERPRODUCT(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT),
  /**
   * Number of bits h that differ, score {@code 1 / (1 + h)}; takes bits only. Of vectors of zeros
   * and ones it is the squared Euclidean distance.
   */
  HAMMING(VectorSimilarityFunction.EUCLIDEAN);

  private final VectorSimilarityFunction similarity;

  SpaceType(VectorSimilarityFunction similarity) {
    this.similarity = similarity;
  }

  /** Lucene's function with the same scores. */
  public VectorSimilarityFunction similarity() {
    return similarity;
  }

  /** The name in mappings. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The space type of a mapping's name.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists all names
   */
  public static SpaceType fromLabel(String label) {
    for (SpaceType spaceType : values()) {
      if (spaceType.label().equals(label)) {
        return spaceType;
      }
    }
    throw new IllegalArgumentException(
        "unknown space_type ["
            + label
            + "], expected one of "
            + Arrays.stream(values()).map(SpaceType::label).collect(Collectors.toList()));
  }
}
