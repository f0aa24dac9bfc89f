/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

import java.util.Arrays;
import java.util.List;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.common.regex.Regex;
import org.opensearch.common.settings.Settings;

/**
 * The settings that an index with quantized vectors keeps where another index is made from it: by a
 * restore, a clone, a split or a shrink. The segments that are taken over were written by this
 * plugin's codec, and the mapping needs it.
 */
final class KeptSettings {

  private static final String QUANTIZED_VECTOR = QuantvecSettings.INDEX_QUANTIZED_VECTOR.getKey();

  private static final String MAX_DIMENSION = QuantvecLimits.INDEX_MAX_DIMENSION.getKey();

  /** The settings that a request may not change, and those that say the same. */
  private static final List<String> NAMES =
      List.of(
          QUANTIZED_VECTOR,
          MAX_DIMENSION,
          QuantvecSettings.INDEX_KNN,
          QuantvecSettings.archived(QUANTIZED_VECTOR),
          QuantvecSettings.archived(MAX_DIMENSION));

  private KeptSettings() {}

  /** What a request gives, with full names. */
  static Settings normalized(Settings given) {
    return Settings.builder()
        .put(given)
        .normalizePrefix(IndexMetadata.INDEX_SETTING_PREFIX)
        .build();
  }

  /**
   * Whether a request can change any of the settings.
   *
   * @param given normalized settings, null values included
   * @param ignored names and patterns of settings that are left out
   */
  static boolean concerns(Settings given, String... ignored) {
    return NAMES.stream().anyMatch(name -> given.keySet().contains(name) || matches(name, ignored));
  }

  private static boolean matches(String name, String... patterns) {
    return Arrays.stream(patterns).anyMatch(pattern -> Regex.simpleMatch(pattern, name));
  }

  /**
   * The settings of the new index, as far as they are asked for here.
   *
   * @param before the settings of the index that is copied
   * @param given normalized settings, which replace those of the index
   * @param ignored names and patterns of settings that are left out
   */
  static Settings after(Settings before, Settings given, String... ignored) {
    return Settings.builder()
        .put(before.filter(name -> !matches(name, ignored)))
        .put(given)
        .build();
  }

  /** Whether the new index takes quantized vectors and the copied one did not. */
  static boolean isGained(Settings before, Settings after) {
    return !QuantvecSettings.takesQuantizedVectors(before)
        && QuantvecSettings.takesQuantizedVectors(after);
  }

  /**
   * Checks that a new index keeps what the copied one lives by.
   *
   * @param index the name of the index that is copied
   * @throws IllegalArgumentException if it does not; the message names the setting
   */
  static void check(String index, Settings before, Settings after) {
    if (!QuantvecSettings.takesQuantizedVectors(before)) {
      return;
    }
    if (!QuantvecSettings.takesQuantizedVectors(after)) {
      throw new IllegalArgumentException(
          "the setting ["
              + QUANTIZED_VECTOR
              + ": true] of index ["
              + index
              + "] cannot be changed or left out in an index that is made from it, because its"
              + " files need it; remove ["
              + QUANTIZED_VECTOR
              + "] from the settings that the request gives or ignores (to get an index without"
              + " the setting, create one and [_reindex] into it)");
    }
    if (after.getAsBoolean(QuantvecSettings.INDEX_KNN, false)) {
      throw new IllegalArgumentException(
          "the setting ["
              + QuantvecSettings.INDEX_KNN
              + ": true] cannot be given to an index that is made from index ["
              + index
              + "] with ["
              + QUANTIZED_VECTOR
              + ": true], because an index has one codec; remove ["
              + QuantvecSettings.INDEX_KNN
              + "] from the request");
    }
    int limit = QuantvecLimits.maxDimension(before);
    int newLimit = QuantvecLimits.maxDimension(after);
    if (limit != newLimit) {
      throw new IllegalArgumentException(
          "the setting ["
              + MAX_DIMENSION
              + "] of index ["
              + index
              + "] is ["
              + limit
              + "] and cannot be changed or left out in an index that is made from it, got ["
              + newLimit
              + "]; remove ["
              + MAX_DIMENSION
              + "] from the settings that the request gives or ignores");
    }
  }
}
