/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.shard.SearchSetting;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.search.SearchEffort;
import io.quantvec.plugin.settings.QuantvecLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The search settings that an evaluation compares.
 *
 * @param settings what queries say
 * @param efforts what that means in each shard; as many
 */
record SettingGrid(List<SearchSetting> settings, List<SearchEffort> efforts) {

  /** Beside the default: half of it, and what large indexes and high recalls need. */
  private static final List<Integer> USEFUL_EF_SEARCH = List.of(50, 200, 400);

  /**
   * What a request asks for: the settings that it names, or a few that are useful.
   *
   * @param limits of queries, which the default settings respect
   */
  static List<SearchSetting> asked(EvaluateRequest request, QuantvecLimits limits) {
    List<Rescore> rescores =
        request.rescores().isEmpty() ? List.of(Rescore.DEFAULT) : request.rescores();
    List<Integer> efs = new ArrayList<>(request.efSearch());
    if (efs.isEmpty()) {
      // A query without effort parameters comes first, and is kept if others have the same effort.
      efs.add(null);
      USEFUL_EF_SEARCH.stream().filter(ef -> limits.capEfSearch(ef) == ef).forEach(efs::add);
    }
    List<SearchSetting> settings = new ArrayList<>();
    for (Rescore rescore : rescores) {
      for (Integer ef : efs) {
        settings.add(new SearchSetting(ef, rescore));
      }
    }
    return settings;
  }

  /**
   * The settings with their efforts. Default settings with equal efforts are dropped: without a
   * graph, or if more candidates are rescored, a small {@code ef_search} has no effect.
   *
   * @param named whether the request names them
   */
  static SettingGrid of(
      List<SearchSetting> settings, List<SearchEffort> efforts, boolean graph, boolean named) {
    if (named) {
      return new SettingGrid(settings, efforts);
    }
    SettingGrid different = new SettingGrid(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < settings.size(); i++) {
      SearchEffort effort = efforts.get(i);
      boolean known =
          different.efforts.stream()
              .anyMatch(
                  other ->
                      other.rescored() == effort.rescored()
                          && (!graph || keepsAsMany(other, effort)));
      if (!known) {
        different.settings.add(settings.get(i));
        different.efforts.add(effort);
      }
    }
    return different;
  }

  /** Whether a traversal of the graph keeps the same number of candidates. */
  private static boolean keepsAsMany(SearchEffort a, SearchEffort b) {
    return Math.max(a.ef(), a.rescored()) == Math.max(b.ef(), b.rescored())
        && Math.max(a.mostEf(), a.rescored()) == Math.max(b.mostEf(), b.rescored());
  }

  /** Different ways of rescoring. */
  int rescores() {
    return (int) settings.stream().map(SearchSetting::rescore).distinct().count();
  }
}
