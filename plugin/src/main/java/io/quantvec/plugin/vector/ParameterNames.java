/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import java.util.List;

/** The parameters of a field's mapping, as mappings name them and error messages cite them. */
public final class ParameterNames {

  /** The parameter {@code input}. */
  public static final String INPUT = "input";

  /** The parameter {@code space_type}. */
  public static final String SPACE_TYPE = "space_type";

  /** The parameter {@code precision}. */
  public static final String PRECISION = "precision";

  /** The parameter {@code bits}. */
  public static final String BITS = "bits";

  /** The parameter {@code target_recall}. */
  public static final String TARGET_RECALL = "target_recall";

  /** The parameter {@code allocation}. */
  public static final String ALLOCATION = "allocation";

  /** The parameter {@code rerank}. */
  public static final String RERANK = "rerank";

  /** The parameter {@code calibration}. */
  public static final String CALIBRATION = "calibration";

  /** The parameter {@code method}. */
  public static final String METHOD = "method";

  /** The parameter {@code derived_source}. */
  public static final String DERIVED_SOURCE = "derived_source";

  /** The parameter {@code ignore_malformed}. */
  public static final String IGNORE_MALFORMED = "ignore_malformed";

  /** The parameter {@code dimension}. */
  public static final String DIMENSION = "dimension";

  /** The parameter {@code meta}. */
  public static final String META = "meta";

  /** All of them, in the order of the manual. */
  public static final List<String> ALL =
      List.of(
          "type",
          DIMENSION,
          INPUT,
          SPACE_TYPE,
          PRECISION,
          BITS,
          TARGET_RECALL,
          ALLOCATION,
          RERANK,
          CALIBRATION,
          METHOD,
          DERIVED_SOURCE,
          IGNORE_MALFORMED,
          META);

  private ParameterNames() {}
}
