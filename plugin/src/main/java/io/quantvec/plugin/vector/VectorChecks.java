/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.VectorLimits;
import io.quantvec.plugin.settings.PluginNames;

/** Checks whether a well-formed vector can be indexed or searched for. */
public final class VectorChecks {

  /** The largest half precision float; larger values would become infinite. */
  static final float MAX_FP16 = 65504f;

  private VectorChecks() {}

  /**
   * Checks that the space type's scores of the vector are finite numbers.
   *
   * @throws IllegalArgumentException if {@link VectorLimits} finds that they are not, as for a zero
   *     vector under cosine
   */
  public static void checkScorable(String field, SpaceType spaceType, float[] vector) {
    String problem = VectorLimits.problem(vector, spaceType.similarity());
    if (problem != null) {
      throw new IllegalArgumentException(
          prefix(field) + "with [space_type: " + spaceType.label() + "]: " + problem);
    }
  }

  /**
   * Checks that the codes and the rerank copy can hold each value.
   *
   * @throws IllegalArgumentException if they cannot; the message has the value and its index
   */
  public static void checkHeld(
      String field, SpaceType spaceType, QuantizationConfig config, float[] vector) {
    String halves = halves(spaceType, config);
    if (halves == null) {
      return;
    }
    for (int i = 0; i < vector.length; i++) {
      if (Math.abs(vector[i]) > MAX_FP16) {
        throw new IllegalArgumentException(
            prefix(field)
                + "with ["
                + halves
                + "] expects values between -"
                + (int) MAX_FP16
                + " and "
                + (int) MAX_FP16
                + ", got ["
                + vector[i]
                + "] at index ["
                + i
                + "]");
      }
    }
  }

  /**
   * The parameter by which values are stored as half floats; null if none is. Copies under cosine
   * are of unit vectors, which always fit.
   */
  private static String halves(SpaceType spaceType, QuantizationConfig config) {
    if (config.precision() == Precision.FP16) {
      return ParameterNames.PRECISION + ": " + Precision.FP16.label();
    }
    return config.storedCopy() == RerankPrecision.FP16 && spaceType != SpaceType.COSINESIMIL
        ? ParameterNames.RERANK + ": " + RerankPrecision.FP16.label()
        : null;
  }

  private static String prefix(String field) {
    return "field [" + field + "] of type [" + PluginNames.FIELD_TYPE + "] ";
  }
}
