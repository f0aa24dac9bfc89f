/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Setting.Property;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.shard.IndexSettingProvider;

/**
 * Limits of mappings and queries that an operator sets in dynamic cluster settings. The default is
 * the largest value that the plugin allows, except for {@link #MAX_CLAUSES}.
 *
 * <p>Queries are checked against the current limits. An index keeps the {@link #MAX_DIMENSION} of
 * its creation in its own settings: when the limit is lowered later, the index can still be opened,
 * moved, restored and given new fields.
 */
public final class QuantvecLimits {

  /** The largest {@code dimension} in indexes to come, 1 to 16,000. */
  public static final Setting<Integer> MAX_DIMENSION =
      limit("max_dimension", QuantizedFlatVectorsFormat.MAX_DIMENSIONS);

  /** The largest {@code k} of a query, 1 to 10,000. */
  public static final Setting<Integer> MAX_K = limit("max_k", FixedLimits.MAX_K);

  /** The largest {@code ef_search} of a query, 1 to 10,000. */
  public static final Setting<Integer> MAX_EF_SEARCH =
      limit("max_ef_search", FixedLimits.MAX_EF_SEARCH);

  /** The largest {@code oversample_factor} of a query, 1 to 100. */
  public static final Setting<Float> MAX_OVERSAMPLE_FACTOR =
      new Setting<>(
          "plugins.quantized_vector.max_oversample_factor",
          Float.toString(FixedLimits.MAX_OVERSAMPLE_FACTOR),
          QuantvecLimits::parseFactor,
          Property.NodeScope,
          Property.Dynamic);

  /** The default of {@link #MAX_CLAUSES}. */
  static final int DEFAULT_MAX_CLAUSES = 100;

  /**
   * The most queries for vectors in one search of a shard, 1 to 10,000. The others of these
   * settings bound what one of them costs.
   */
  public static final Setting<Integer> MAX_CLAUSES =
      Setting.intSetting(
          "plugins.quantized_vector.max_clauses",
          DEFAULT_MAX_CLAUSES,
          1,
          10_000,
          Property.NodeScope,
          Property.Dynamic);

  /**
   * {@link #MAX_DIMENSION} when the index was created; not set where nothing was lowered. Private,
   * for whoever creates an index could raise it otherwise.
   */
  public static final Setting<Integer> INDEX_MAX_DIMENSION =
      Setting.intSetting(
          "index.quantized_vector.max_dimension",
          QuantizedFlatVectorsFormat.MAX_DIMENSIONS,
          1,
          QuantizedFlatVectorsFormat.MAX_DIMENSIONS,
          Property.IndexScope,
          Property.PrivateIndex,
          Property.Final);

  private volatile int maxDimension = QuantizedFlatVectorsFormat.MAX_DIMENSIONS;
  private volatile int maxK = FixedLimits.MAX_K;
  private volatile int maxEfSearch = FixedLimits.MAX_EF_SEARCH;
  private volatile float maxOversampleFactor = FixedLimits.MAX_OVERSAMPLE_FACTOR;
  private volatile int maxClauses = DEFAULT_MAX_CLAUSES;

  /** The queries for vectors of each search that is going on, by its context. */
  private final Map<QueryShardContext, Integer> clauses =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** The plugin's own limits, until {@link #follow} is called. */
  public QuantvecLimits() {}

  /** All settings, for the node to know them. */
  public static List<Setting<?>> settings() {
    return List.of(
        MAX_DIMENSION,
        MAX_K,
        MAX_EF_SEARCH,
        MAX_OVERSAMPLE_FACTOR,
        MAX_CLAUSES,
        INDEX_MAX_DIMENSION);
  }

  private static Setting<Integer> limit(String name, int max) {
    return Setting.intSetting(
        "plugins.quantized_vector." + name, max, 1, max, Property.NodeScope, Property.Dynamic);
  }

  /** The platform's own settings of floats let NaN through, which is over and under no limit. */
  private static float parseFactor(String value) {
    float factor = Float.parseFloat(value);
    if (!(factor >= FixedLimits.MIN_OVERSAMPLE_FACTOR
        && factor <= FixedLimits.MAX_OVERSAMPLE_FACTOR)) {
      throw new IllegalArgumentException(
          "[plugins.quantized_vector.max_oversample_factor] must be between "
              + FixedLimits.MIN_OVERSAMPLE_FACTOR
              + " and "
              + FixedLimits.MAX_OVERSAMPLE_FACTOR
              + ", got ["
              + value
              + "]");
    }
    return factor;
  }

  /** Takes over the settings of a node, and every change of them. */
  public void follow(ClusterSettings settings) {
    follow(settings, MAX_DIMENSION, value -> maxDimension = value);
    follow(settings, MAX_K, value -> maxK = value);
    follow(settings, MAX_EF_SEARCH, value -> maxEfSearch = value);
    follow(settings, MAX_OVERSAMPLE_FACTOR, value -> maxOversampleFactor = value);
    follow(settings, MAX_CLAUSES, value -> maxClauses = value);
  }

  private static <T> void follow(
      ClusterSettings settings, Setting<T> setting, Consumer<T> newValue) {
    newValue.accept(settings.get(setting));
    settings.addSettingsUpdateConsumer(setting, newValue);
  }

  /** Notes the limit of the moment in each index that is created with quantized vectors. */
  public IndexSettingProvider indexSettings() {
    return new IndexSettingProvider() {
      @Override
      public Settings getAdditionalIndexSettings(
          String indexName, boolean isDataStreamIndex, Settings templateAndRequestSettings) {
        int limit = maxDimension;
        return limit < QuantizedFlatVectorsFormat.MAX_DIMENSIONS
                && QuantvecSettings.INDEX_QUANTIZED_VECTOR.get(templateAndRequestSettings)
            ? Settings.builder().put(INDEX_MAX_DIMENSION.getKey(), limit).build()
            : Settings.EMPTY;
      }
    };
  }

  /** The largest dimension in an index, whether or not this plugin was away since. */
  static int maxDimension(Settings settings) {
    return INDEX_MAX_DIMENSION.exists(settings)
        ? INDEX_MAX_DIMENSION.get(settings)
        : settings.getAsInt(
            QuantvecSettings.archived(INDEX_MAX_DIMENSION.getKey()),
            QuantizedFlatVectorsFormat.MAX_DIMENSIONS);
  }

  /** Whether indexes that are created now have a limit of the dimension. */
  boolean isDimensionLowered() {
    return maxDimension < QuantizedFlatVectorsFormat.MAX_DIMENSIONS;
  }

  /** Adds the limit of the moment to the settings of an index to come. */
  Settings withDimension(Settings settings) {
    return Settings.builder().put(settings).put(INDEX_MAX_DIMENSION.getKey(), maxDimension).build();
  }

  /** What is wrong if the limit of the moment cannot be noted in an index. */
  String dimensionProblem(String source) {
    return "the limit ["
        + MAX_DIMENSION.getKey()
        + ": "
        + maxDimension
        + "] cannot be noted in the index that is made from index ["
        + source
        + "] with ["
        + QuantvecSettings.INDEX_QUANTIZED_VECTOR.getKey()
        + ": true] added";
  }

  /**
   * Checks a field's dimension against the limit of its index.
   *
   * @param settings the settings of the index
   * @throws IllegalArgumentException if it is larger
   */
  public static void checkDimension(Settings settings, int dimension) {
    int limit = maxDimension(settings);
    if (dimension > limit) {
      throw new IllegalArgumentException(
          problem("dimension", limit, MAX_DIMENSION, dimension)
              + "; it is the limit that the cluster had when the index was created");
    }
  }

  /**
   * Checks what a query names.
   *
   * @param efSearch null if it names none
   * @param oversampleFactor 0 if it names none
   * @throws IllegalArgumentException if one is over its limit
   */
  public void checkQuery(String field, int k, Integer efSearch, float oversampleFactor) {
    if (k > maxK) {
      throw new IllegalArgumentException(inField(field) + problem("k", maxK, MAX_K, k));
    }
    if (efSearch != null && efSearch > maxEfSearch) {
      throw new IllegalArgumentException(
          inField(field) + problem("ef_search", maxEfSearch, MAX_EF_SEARCH, efSearch));
    }
    if (oversampleFactor > maxOversampleFactor) {
      throw new IllegalArgumentException(
          inField(field)
              + problem(
                  "oversample_factor",
                  maxOversampleFactor,
                  MAX_OVERSAMPLE_FACTOR,
                  oversampleFactor));
    }
  }

  /**
   * Counts a query for vectors: the cost of a search multiplies with their number.
   *
   * @param search the context of the search in its shard
   * @throws IllegalArgumentException if the search has too many
   */
  public void countClause(QueryShardContext search, String field) {
    int count = clauses.merge(search, 1, Integer::sum);
    if (count > maxClauses) {
      throw new IllegalArgumentException(
          inField(field)
              + "a search must have at most ["
              + maxClauses
              + "] queries for vectors, as the setting ["
              + MAX_CLAUSES.getKey()
              + "] has it, got at least ["
              + count
              + "]; send several searches, for instance with [_msearch]");
    }
  }

  /**
   * Starts the count again at zero, for callers that make several searches with one context.
   *
   * @param search the context of the searches in their shard
   */
  public void startCountingClauses(QueryShardContext search) {
    clauses.remove(search);
  }

  /**
   * Checks the k of an evaluation that leaves each query's own document out of its result, and so
   * asks for one hit more.
   *
   * @throws IllegalArgumentException if that would be over the limit
   */
  public void checkLeavesRoom(int k) {
    if (k >= maxK) {
      throw new IllegalArgumentException(
          "[k] must be below ["
              + maxK
              + "], the setting ["
              + MAX_K.getKey()
              + "], with sampled queries, each of which is left out of its own result, got ["
              + k
              + "]; give [queries], or ask for a smaller [k]");
    }
  }

  /** The default {@code ef_search}, reduced to the limit. */
  public int capEfSearch(int defaultEfSearch) {
    return Math.min(defaultEfSearch, maxEfSearch);
  }

  /**
   * Candidates that no query named: as many as the largest factor has it, but 100 for small k.
   *
   * @param candidates those of the default, at least k, or 0
   */
  public int capCandidates(int k, int candidates) {
    double most = Math.ceil((double) k * maxOversampleFactor);
    return (int) Math.min(candidates, Math.max(most, FixedLimits.MIN_CANDIDATES));
  }

  private static String inField(String field) {
    return "field [" + field + "]: ";
  }

  private static String problem(String parameter, Number limit, Setting<?> setting, Number got) {
    return "["
        + parameter
        + "] must be at most ["
        + limit
        + "], as the setting ["
        + setting.getKey()
        + "] has it, got ["
        + got
        + "]";
  }
}
