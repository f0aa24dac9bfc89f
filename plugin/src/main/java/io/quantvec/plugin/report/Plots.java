/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import io.quantvec.codec.transform.UniformQuantizer;
import io.quantvec.plugin.evaluate.result.NeighborScoreErrors;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.result.TrialResult;
import io.quantvec.plugin.stats.CalibrationInfo;
import io.quantvec.plugin.stats.SegmentStats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The plots of a report; each is null where there is nothing to show. */
final class Plots {

  /** Colours of the page. */
  private static final int SERIES = 6;

  /**
   * A unit of age.
   *
   * @param from the least age in milliseconds that is told in it
   */
  private record AgeUnit(String name, double millis, double from) {}

  private static final AgeUnit MINUTES = new AgeUnit("minutes", 60_000, 0);

  /** The largest first. */
  private static final List<AgeUnit> AGES =
      List.of(
          new AgeUnit("days", 86_400_000, 3 * 86_400_000.0),
          new AgeUnit("hours", 3_600_000, 3 * 3_600_000.0),
          MINUTES);

  private Plots() {}

  private static Axis recallAxis(double least) {
    return Axis.linear("recall", Math.max(0, Math.min(0.95, least) - 0.02), 1);
  }

  /** Recall against bytes, for the precisions that were tried. */
  static Plot precisions(Report report) {
    if (report.evaluation().precisions() == null) {
      return null;
    }
    List<TrialResult> trials =
        report.evaluation().precisions().results().stream()
            .filter(trial -> Double.isFinite(trial.recall()))
            .sorted(Comparator.comparingInt(trial -> trial.vectorBytes().codeBytes()))
            .toList();
    if (trials.isEmpty()) {
      return null;
    }
    double least =
        trials.stream()
            .mapToDouble(trial -> Math.min(trial.recall(), trial.recallOfCodes()))
            .min()
            .orElseThrow();
    int most = trials.get(trials.size() - 1).vectorBytes().codeBytes();
    Plot plot =
        new Plot(
            "Recall against bytes per vector, for each precision",
            Axis.logarithmic(
                "bytes per vector in memory (codes, without the graph)",
                trials.get(0).vectorBytes().codeBytes(),
                most),
            recallAxis(least));
    target(plot, report);
    double[] bytes =
        trials.stream().mapToDouble(trial -> trial.vectorBytes().codeBytes()).toArray();
    plot.line(bytes, trials.stream().mapToDouble(TrialResult::recallOfCodes).toArray(), 2);
    plot.line(bytes, trials.stream().mapToDouble(TrialResult::recall).toArray(), 1);
    for (TrialResult trial : trials) {
      String name = trial.codes().precision() + ", " + trial.vectorBytes().codeBytes() + " bytes: ";
      plot.point(
          trial.vectorBytes().codeBytes(),
          trial.recallOfCodes(),
          2,
          4,
          name + Html.format("recall %.3f of codes alone", trial.recallOfCodes()));
      plot.point(
          trial.vectorBytes().codeBytes(),
          trial.recall(),
          1,
          5,
          name + Html.format("recall %.3f, %d rescored", trial.recall(), trial.candidates()));
      if (report.precisions().equals(trial.codes().precision())) {
        plot.ring(trial.vectorBytes().codeBytes(), trial.recall());
      }
    }
    for (TrialResult trial : trials) {
      plot.label(trial.vectorBytes().codeBytes(), trial.recall(), trial.codes().precision());
    }
    return plot.legend(1, "with the default rescoring").legend(2, "codes alone");
  }

  /** Recall against latency, for the settings of the grid. */
  static Plot settings(Report report) {
    List<SettingResult> settings =
        report.evaluation().settings().stream()
            .filter(
                setting ->
                    Double.isFinite(setting.measuredRecall().recall())
                        && setting.latency().p50() > 0)
            .toList();
    if (settings.isEmpty()) {
      return null;
    }
    double fastest = settings.stream().mapToDouble(s -> s.latency().p50()).min().orElseThrow();
    double slowest = settings.stream().mapToDouble(s -> s.latency().p50()).max().orElseThrow();
    double least =
        settings.stream()
            .mapToDouble(setting -> setting.measuredRecall().recall())
            .min()
            .orElseThrow();
    Plot plot =
        new Plot(
            "Recall against latency, for each setting",
            Axis.logarithmic("median latency of the slowest shard, ms", fastest, slowest),
            recallAxis(least));
    target(plot, report);
    Map<Integer, List<SettingResult>> byCandidates = new TreeMap<>();
    for (SettingResult setting : settings) {
      byCandidates
          .computeIfAbsent(setting.search().candidates(), key -> new ArrayList<>())
          .add(setting);
    }
    int series = 0;
    for (Map.Entry<Integer, List<SettingResult>> entry : byCandidates.entrySet()) {
      series = series % SERIES + 1;
      List<SettingResult> line = new ArrayList<>(entry.getValue());
      line.sort(Comparator.comparingInt(setting -> setting.search().efSearch()));
      plot.line(
          line.stream().mapToDouble(setting -> setting.latency().p50()).toArray(),
          line.stream().mapToDouble(setting -> setting.measuredRecall().recall()).toArray(),
          series);
      for (SettingResult setting : line) {
        plot.point(
            setting.latency().p50(), setting.measuredRecall().recall(), series, 5, hint(setting));
        if (setting.search().isDefault()) {
          plot.ring(setting.latency().p50(), setting.measuredRecall().recall());
        }
      }
      plot.legend(
          series, entry.getKey() == 0 ? "no rescoring" : entry.getKey() + " candidates rescored");
    }
    for (SettingResult setting : settings) {
      plot.label(
          setting.latency().p50(),
          setting.measuredRecall().recall(),
          "ef " + setting.search().efSearch());
    }
    return plot;
  }

  private static String hint(SettingResult setting) {
    return Html.format(
        "ef_search %d, %d rescored: recall %.3f in %s ms, ceiling of the codes %.3f",
        setting.search().efSearch(),
        setting.search().candidates(),
        setting.measuredRecall().recall(),
        Html.number(setting.latency().p50()),
        setting.measuredRecall().ceiling());
  }

  private static void target(Plot plot, Report report) {
    if (!Double.isNaN(report.targetRecall())) {
      plot.level(report.targetRecall(), Html.format("target %.3f", report.targetRecall()));
    }
  }

  /** How errors of scores are spread. */
  static Plot scoreErrors(Report report) {
    NeighborScoreErrors error = report.evaluation().exactScan().scoreError();
    if (error == null || error.neighbors() == 0) {
      return null;
    }
    NeighborScoreErrors.Histogram histogram = error.histogram();
    long[] counts = histogram.counts();
    double width = (histogram.to() - histogram.from()) / counts.length;
    if (!(width > 0)) {
      return null;
    }
    double highest = 0;
    for (long count : counts) {
      highest = Math.max(highest, 100.0 * count / error.neighbors());
    }
    Plot plot =
        new Plot(
            "Distribution of the score error",
            Axis.linear(
                "score of the codes less score of the rerank copy, in units of _score",
                histogram.from(),
                histogram.to()),
            Axis.linear("share of true neighbors, %", 0, highest));
    for (int i = 0; i < counts.length; i++) {
      double from = histogram.from() + i * width;
      double share = 100.0 * counts[i] / error.neighbors();
      plot.bar(
          from,
          from + width,
          share,
          1,
          Html.format("%.3g to %.3g: %.1f %%", from, from + width, share));
    }
    return plot;
  }

  /** Bits of each component, and how far it spreads. */
  static Plot bits(Report report) {
    CalibrationInfo calibration = report.calibration();
    if (calibration == null) {
      return null;
    }
    Plot plot =
        new Plot(
            "Bits of each component",
            Axis.linear("component, by falling variance", 0, calibration.layout().dimension()),
            Axis.linear("bits", 0, 8));
    for (int block = 0; block < calibration.layout().bits().length; block++) {
      int from = block * calibration.layout().blockSize();
      int to = from + calibration.size(block);
      int bits = calibration.layout().bits()[block];
      if (bits > 0) {
        plot.bar(from, to, bits, 1, Html.format("%d to %d: %d bits", from, to - 1, bits));
      }
    }
    return plot;
  }

  /** The variance of each component, where it can be read off the steps of its codes. */
  static Plot spectrum(Report report) {
    CalibrationInfo calibration = report.calibration();
    if (calibration == null || !calibration.learning().method().equals("rms")) {
      return null;
    }
    List<double[]> points = new ArrayList<>();
    for (int block = 0; block < calibration.layout().bits().length; block++) {
      int bits = calibration.layout().bits()[block];
      if (bits > 0 && calibration.layout().steps()[block] > 0) {
        double spread = calibration.layout().steps()[block] / UniformQuantizer.step(bits);
        double middle = block * calibration.layout().blockSize() + calibration.size(block) / 2.0;
        points.add(new double[] {middle, spread * spread});
      }
    }
    if (points.isEmpty()) {
      return null;
    }
    double least = points.stream().mapToDouble(point -> point[1]).min().orElseThrow();
    double most = points.stream().mapToDouble(point -> point[1]).max().orElseThrow();
    Plot plot =
        new Plot(
            "Variance spectrum",
            Axis.linear("component, by falling variance", 0, calibration.layout().dimension()),
            Axis.logarithmic("variance, share of a unit vector", least, most));
    plot.line(
        points.stream().mapToDouble(point -> point[0]).toArray(),
        points.stream().mapToDouble(point -> point[1]).toArray(),
        1);
    for (double[] point : points) {
      plot.point(point[0], point[1], 1, 2.5, Html.format("about %.0f: %.3g", point[0], point[1]));
    }
    return plot;
  }

  /** Drift of segments, by their age. */
  static Plot drift(Report report) {
    List<SegmentStats> segments =
        report.segments().stream()
            .filter(
                segment ->
                    Double.isFinite(segment.fit().driftRatio())
                        && segment.identity().writtenAt() > 0)
            .toList();
    if (segments.isEmpty()) {
      return null;
    }
    double most =
        segments.stream()
            .mapToDouble(
                segment -> Math.max(segment.fit().driftRatio(), segment.fit().driftThreshold()))
            .max()
            .orElseThrow();
    double oldest =
        segments.stream().mapToDouble(segment -> age(report, segment)).max().orElseThrow();
    AgeUnit unit = AGES.stream().filter(some -> oldest >= some.from).findFirst().orElse(MINUTES);
    Plot plot =
        new Plot(
            "Drift of segments by age",
            Axis.linear("age of the segment, " + unit.name, 0, oldest / unit.millis),
            Axis.linear("live over expected error, squared", 0, most));
    plot.level(
        segments.stream()
            .mapToDouble(segment -> segment.fit().driftThreshold())
            .min()
            .orElseThrow(),
        "lowest threshold of a segment");
    long largest =
        segments.stream().mapToLong(segment -> segment.identity().vectors()).max().orElseThrow();
    for (SegmentStats segment : segments) {
      plot.point(
          age(report, segment) / unit.millis,
          segment.fit().driftRatio(),
          segment.drifted() ? 2 : 1,
          2.5 + 6 * Math.sqrt(segment.identity().vectors() / (double) Math.max(1, largest)),
          Html.format(
              "segment %s, %d vectors: ratio %.2f, threshold %.2f",
              segment.identity().segment(),
              segment.identity().vectors(),
              segment.fit().driftRatio(),
              segment.fit().driftThreshold()));
    }
    return plot.legend(1, "fits (larger: more vectors)").legend(2, "drifted");
  }

  private static double age(Report report, SegmentStats segment) {
    return Math.max(0, report.now() - segment.identity().writtenAt());
  }
}
