/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

import org.opensearch.common.settings.AbstractScopedSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Setting.Property;
import org.opensearch.common.settings.Settings;

/** The settings of an index that this plugin reads. */
public final class QuantvecSettings {

  /**
   * {@code index.quantized_vector}: whether the index may have quantized vector fields. Given at
   * the index's creation, for a codec cannot be changed under segments that are being written.
   */
  public static final Setting<Boolean> INDEX_QUANTIZED_VECTOR =
      Setting.boolSetting("index.quantized_vector", false, Property.IndexScope, Property.Final);

  /**
   * What the platform has renamed the setting to when an index has met a node without this plugin.
   * It never renames it back, and nobody may set the first one again.
   */
  private static final String ARCHIVED_INDEX_QUANTIZED_VECTOR =
      archived(INDEX_QUANTIZED_VECTOR.getKey());

  /** The setting with which the k-NN plugin takes the index's codec for itself. */
  static final String INDEX_KNN = "index.knn";

  private QuantvecSettings() {}

  /** The name under which the platform keeps a setting that it does not know. */
  static String archived(String key) {
    return AbstractScopedSettings.ARCHIVED_SETTINGS_PREFIX + key;
  }

  /**
   * Whether an index may have quantized vector fields: it was created with {@link
   * #INDEX_QUANTIZED_VECTOR}, whether or not this plugin was away since.
   *
   * @param settings the settings of the index
   */
  public static boolean takesQuantizedVectors(Settings settings) {
    return INDEX_QUANTIZED_VECTOR.get(settings)
        || settings.getAsBoolean(ARCHIVED_INDEX_QUANTIZED_VECTOR, false);
  }

  /**
   * Checks that an index's vectors would be written by this plugin's formats. Without them Lucene's
   * default format would take the field and every search would go on working, at four times the
   * memory.
   *
   * @param settings the settings of the index
   * @param field the field that is about to be mapped
   * @param type the field's type
   * @throws IllegalArgumentException if they would not; the message says what to write
   */
  public static void checkIndexTakesQuantizedVectors(Settings settings, String field, String type) {
    if (settings.getAsBoolean(INDEX_KNN, false)) {
      throw new IllegalArgumentException(
          "field ["
              + field
              + "] of type ["
              + type
              + "] cannot be in an index with ["
              + INDEX_KNN
              + ": true], whose codec belongs to the k-NN plugin; create the index with ["
              + INDEX_QUANTIZED_VECTOR.getKey()
              + ": true] and without ["
              + INDEX_KNN
              + "], and put [knn_vector] fields into an index of their own");
    }
    if (!takesQuantizedVectors(settings)) {
      throw new IllegalArgumentException(
          "field ["
              + field
              + "] of type ["
              + type
              + "] needs the setting ["
              + INDEX_QUANTIZED_VECTOR.getKey()
              + ": true], which must be given when the index is created (in a template: in the same"
              + " template as the field)");
    }
  }
}
