/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

/** The names that requests use and that error messages of all packages cite. */
public final class PluginNames {

  /** The type of the field in mappings. */
  public static final String FIELD_TYPE = "quantized_vector";

  /** The query for the nearest vectors. */
  public static final String QUERY = "quantized_knn";

  private PluginNames() {}
}
