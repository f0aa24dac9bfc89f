/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/** How two vectors are compared. Names and score formulas are those of the k-NN plugin. */
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

  /**
   * The score at a distance, as the k-NN plugin has distances: the square of the Euclidean one,
   * {@code 1 - c} for a cosine c, {@code -p} for an inner product p, bits that differ.
   *
   * @throws IllegalArgumentException if no two vectors are as far from each other
   */
  public float scoreAt(float distance) {
    return switch (this) {
      case L2, HAMMING -> {
        checkRange("max_distance", distance, 0, Float.MAX_VALUE);
        yield 1 / (1 + distance);
      }
      case COSINESIMIL -> {
        checkRange("max_distance", distance, 0, 2);
        yield (2 - distance) / 2;
      }
      case INNERPRODUCT -> {
        checkRange("max_distance", distance, -Float.MAX_VALUE, Float.MAX_VALUE);
        yield VectorUtil.scaleMaxInnerProductScore(-distance);
      }
    };
  }

  /**
   * Checks the least score of a hit.
   *
   * @throws IllegalArgumentException if no two vectors, or any two, have such a score
   */
  public void checkMinScore(float minScore) {
    checkRange("min_score", minScore, 0, this == INNERPRODUCT ? Float.MAX_VALUE : 1);
  }

  private void checkRange(String name, float value, float min, float max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          "["
              + name
              + "] for the space_type ["
              + label()
              + "] must be "
              + (max == Float.MAX_VALUE
                  ? min == 0 ? "finite and not negative" : "finite"
                  : "between " + min + " and " + max)
              + ", got ["
              + value
              + "]");
    }
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
