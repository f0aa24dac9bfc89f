/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Which setting to take for a recall.
 *
 * @param targetRecall the recall that is wanted
 * @param setting the cheapest that meets it; null if none does
 * @param ofCodes whether the true neighbors were computed from the codes, because there is no
 *     rerank copy: the recall then does not show what the codes lose
 * @param advice what to do, or to try
 */
public record Recommendation(
    double targetRecall, SettingResult setting, boolean ofCodes, String advice)
    implements Writeable, ToXContentObject {

  /** Latencies whose ratio is smaller count as equal: a second run may order them differently. */
  private static final double NOISE = 1.1;

  /**
   * Chooses.
   *
   * @param settings what was measured, at least one, with recalls
   * @param finerCopy whether there is a copy to rescore from
   * @param graph whether there is a graph
   */
  public static Recommendation of(
      double targetRecall, List<SettingResult> settings, boolean finerCopy, boolean graph) {
    List<SettingResult> good =
        settings.stream()
            .filter(setting -> setting.measuredRecall().recall() >= targetRecall)
            .toList();
    if (good.isEmpty()) {
      return new Recommendation(
          targetRecall, null, !finerCopy, whatToTry(targetRecall, settings, finerCopy, graph));
    }
    double fastest =
        good.stream().mapToDouble(setting -> setting.latency().p50()).min().orElseThrow();
    SettingResult cheapest =
        good.stream()
            .filter(setting -> setting.latency().p50() <= NOISE * fastest)
            .min(Comparator.comparingDouble(SettingResult::scored))
            .orElseThrow();
    String certain =
        cheapest.measuredRecall().recallFrom() >= targetRecall
            ? ""
            : format(
                "; by chance its recall may be as low as %.3f, so measure with more queries to be"
                    + " sure",
                cheapest.measuredRecall().recallFrom());
    return new Recommendation(
        targetRecall,
        cheapest,
        !finerCopy,
        (finerCopy
                ? ""
                : "without a rerank copy, recall is measured against the codes' own neighbors and does"
                    + " not show what the codes lose; try [precisions] on an index that has a copy."
                    + " Of the graph: ")
            + (cheapest.search().isDefault()
                ? "queries that name neither ef_search nor rescore meet the target"
                : describe(cheapest) + " meets the target at the least cost")
            + certain);
  }

  private static String describe(SettingResult setting) {
    return "ef_search "
        + setting.search().efSearch()
        + (setting.search().candidates() == 0
            ? " without rescoring"
            : format(" with oversample_factor %.3g", setting.search().oversampleFactor()));
  }

  private static String whatToTry(
      double targetRecall, List<SettingResult> settings, boolean finerCopy, boolean graph) {
    SettingResult best =
        settings.stream()
            .max(Comparator.comparingDouble(setting -> setting.measuredRecall().recall()))
            .orElseThrow();
    double ceiling =
        settings.stream()
            .mapToDouble(setting -> setting.measuredRecall().ceiling())
            .max()
            .orElseThrow();
    StringBuilder advice =
        new StringBuilder(
            format(
                "no setting meets the target: the best, %s, has a recall of %.3f",
                describe(best), best.measuredRecall().recall()));
    if (ceiling < targetRecall) {
      advice.append(format("; the codes themselves allow %.3f at most", ceiling));
      boolean rescores = settings.stream().anyMatch(setting -> setting.search().candidates() > 0);
      if (!finerCopy) {
        advice
            .append(", and there is no rerank copy to rescore from: map a higher precision, or a")
            .append(" [rerank] copy, and reindex");
      } else {
        advice
            .append(rescores ? ": rescore more candidates, " : ": rescore, ")
            .append("with a larger oversample_factor, or map a finer precision");
      }
    } else if (graph) {
      advice.append(
          "; the codes allow it, but the graph misses neighbors: raise ef_search, or m or"
              + " ef_construction of the mapping and merge");
    } else {
      advice.append("; other settings of the grid have a higher ceiling");
    }
    return advice.toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  static Recommendation readFrom(StreamInput in) throws IOException {
    return new Recommendation(
        in.readDouble(),
        in.readOptionalWriteable(SettingResult::readFrom),
        in.readBoolean(),
        in.readString());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeDouble(targetRecall);
    out.writeOptionalWriteable(setting);
    out.writeBoolean(ofCodes);
    out.writeString(advice);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field("target_recall", targetRecall);
    if (ofCodes && setting != null) {
      // Nobody knows.
      builder.nullField("met");
    } else {
      builder.field("met", setting != null);
    }
    builder.field("advice", advice);
    if (setting != null) {
      builder.field("setting", setting);
    }
    return builder.endObject();
  }
}
