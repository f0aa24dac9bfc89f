/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.result.TrialResult;
import io.quantvec.plugin.stats.CalibrationInfo;
import io.quantvec.plugin.stats.SegmentStats;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** One page of HTML that needs nothing from elsewhere. */
final class ReportPage {

  /** The most segments in the table. The plot shows all segments. */
  private static final int MAX_SEGMENTS = 100;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --page: #fcfcfb; --ink: #1d1d1f; --soft: #5f6368;
        --line: #e3e3e0; --card: #ffffff; --s1: #2563b0; --s2: #c2570c; --s3: #16794c;
        --s4: #8b3fa8; --s5: #a37800; --s6: #0f7c8a; --good: #16794c; --bad: #b3261e; }
      @media (prefers-color-scheme: dark) { :root { --page: #161719; --ink: #ececee;
        --soft: #a3a7ad; --line: #34373b; --card: #1e2023; --s1: #7fb2f0; --s2: #f2a065;
        --s3: #6fce9f; --s4: #cf9be3; --s5: #e0be57; --s6: #67c7d3; --good: #6fce9f;
        --bad: #ff9c92; } }
      body { margin: 0 auto; padding: 24px 16px 64px; max-width: 1120px; background: var(--page);
        color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
      h1 { font-size: 24px; margin: 0; } h2 { font-size: 17px; margin: 0 0 4px; }
      p { margin: 4px 0; } .soft { color: var(--soft); }
      dl { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 16px 0; }
      dt { color: var(--soft); font-size: 13px; } dd { margin: 0; font-size: 18px; }
      ul.findings { list-style: none; padding: 0; margin: 16px 0; }
      ul.findings li { padding: 6px 12px; margin: 6px 0; background: var(--card);
        border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 4px; }
      ul.findings li.good { border-left-color: var(--good); }
      ul.findings li.note { border-left-color: var(--soft); }
      ul.findings b { color: var(--bad); } ul.findings .good b { color: var(--good); }
      ul.findings .note b { color: var(--soft); }
      .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr));
        gap: 16px; }
      section { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
        padding: 16px; margin: 16px 0; overflow-x: auto; } .plots section { margin: 0; }
      svg { width: 100%; height: auto; display: block; font: 12px system-ui, sans-serif; }
      .grid { stroke: var(--line); } .tick { fill: var(--soft); } .axis { fill: var(--ink); }
      .label { fill: var(--ink); font-size: 11.5px; }
      .level { stroke: var(--soft); stroke-dasharray: 5 4; }
      .ring { fill: none; stroke: var(--ink); stroke-width: 1.5; }
      polyline { fill: none; stroke-width: 1.6; }
      .legend span { margin-right: 18px; color: var(--soft); font-size: 13px; }
      .legend i { display: inline-block; width: 10px; height: 10px; border-radius: 5px;
        margin-right: 6px; }
      table { border-collapse: collapse; width: 100%; font-size: 13.5px;
        font-variant-numeric: tabular-nums; }
      th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--line); }
      th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child,
      .name { text-align: left; }
      """;

  private final Report report;
  private final StringBuilder html = new StringBuilder();

  private ReportPage(Report report) {
    this.report = report;
  }

  /** The page as text. */
  static String render(Report report) {
    return new ReportPage(report).render();
  }

  private String render() {
    Evaluation evaluation = report.evaluation();
    String title = report.indices() + " / " + evaluation.fieldFacts().field();
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n")
        .append(
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>")
        .append(Html.escape(title))
        .append(": quality of quantization</title>\n<style>\n")
        .append(STYLE);
    for (int series = 1; series <= 6; series++) {
      html.append(
          Html.format(
              ".s%1$d { fill: var(--s%1$d); } .l%1$d { stroke: var(--s%1$d); }"
                  + " .b%1$d { background: var(--s%1$d); }%n",
              series));
    }
    html.append("</style></head>\n<body>\n<h1>Quality of quantization: ")
        .append(Html.escape(title))
        .append("</h1>\n<p class=\"soft\">")
        .append(
            Html.escape(
                Html.format(
                    "%s, measured with %d %s in %.1f s against the rerank copy (%s)",
                    Instant.ofEpochMilli(report.now()).toString().substring(0, 16).replace('T', ' ')
                        + " UTC",
                    evaluation.queriesAsked().evaluated(),
                    evaluation.queriesAsked().sampled()
                        ? "documents as queries, each left out of its own result"
                        : "queries",
                    evaluation.run().tookMillis() / 1000.0,
                    evaluation.exactScan().comparedTo())))
        .append("</p>\n");
    facts();
    findings();
    plots();
    settings();
    precisions();
    segments();
    return html.append("</body></html>\n").toString();
  }

  private void facts() {
    var bytes = report.stats().bytes().bytes();
    html.append("<dl>\n");
    fact("vectors", Html.number(report.evaluation().fieldFacts().vectors()));
    fact("dimension", Html.number(report.evaluation().fieldFacts().dimension()));
    fact("space type", report.evaluation().fieldFacts().spaceType().label());
    fact("precision", report.precisions().isEmpty() ? "-" : report.precisions());
    fact("bits per dimension", Html.number(report.stats().bits()));
    fact("rerank copy", report.evaluation().exactScan().comparedTo());
    fact("hot: codes and graph", Html.bytes(bytes.hot()));
    fact("cold: copies", Html.bytes(bytes.cold()));
    fact("segments", Html.number(report.stats().segments()));
    fact("of these without a graph", withoutGraph());
    fact("searches so far", Html.number(report.stats().searches().searches()));
    html.append("</dl>\n");
  }

  private String withoutGraph() {
    Integer threshold = report.stats().approximateThreshold();
    String segments = Html.number(report.stats().segmentsWithoutGraph());
    return threshold == null
        ? segments
        : segments + " (approximate_threshold " + Html.number(threshold) + ")";
  }

  private void fact(String name, String value) {
    html.append("<div><dt>")
        .append(Html.escape(name))
        .append("</dt><dd>")
        .append(Html.escape(value))
        .append("</dd></div>\n");
  }

  private void findings() {
    html.append("<ul class=\"findings\">\n");
    for (Findings finding : Findings.of(report)) {
      html.append(
              switch (finding.kind()) {
                case GOOD -> "<li class=\"good\"><b>Good.</b> ";
                case LOOK -> "<li><b>Look.</b> ";
                case NOTE -> "<li class=\"note\"><b>Note.</b> ";
              })
          .append(Html.escape(finding.text()))
          .append("</li>\n");
    }
    html.append("</ul>\n");
  }

  private void plots() {
    html.append("<div class=\"plots\">\n");
    plot(
        "Recall against bytes",
        "What other precisions would give, tried on a sample in memory. The ring is what the field"
            + " has.",
        Plots.precisions(report));
    plot(
        "Recall against latency",
        "What queries find on the live index. The ring is a query that names no setting.",
        Plots.settings(report));
    plot("Distribution of the score error", scoreErrorText(), Plots.scoreErrors(report));
    plot("Bits of each component", calibrationText(), Plots.bits(report));
    plot(
        "Variance spectrum",
        "Where a few components vary most, mixed precision gains most. Components that got no bits"
            + " are not known.",
        Plots.spectrum(report));
    plot(
        "Drift of segments by age",
        "About 1 where vectors are like those that the calibration was learned from; each segment"
            + " has a threshold by its size.",
        Plots.drift(report));
    html.append("</div>\n");
  }

  private void plot(String title, String text, Plot plot) {
    if (plot != null) {
      html.append("<section><h2>")
          .append(Html.escape(title))
          .append("</h2>\n<p class=\"soft\">")
          .append(Html.escape(text))
          .append("</p>\n")
          .append(plot.render())
          .append("</section>\n");
    }
  }

  private String scoreErrorText() {
    var error = report.evaluation().exactScan().scoreError();
    return error == null
        ? ""
        : Html.format(
            "Of codes without rescoring, over the true neighbors: rms %s, 99 of 100 below %s,"
                + " bias %s.",
            Html.number(error.rms()), Html.number(error.p99()), Html.number(error.bias()));
  }

  private String calibrationText() {
    CalibrationInfo calibration = report.calibration();
    return calibration == null
        ? ""
        : Html.format(
            "Of the calibration of most vectors: %s, transform %s, learned from %s vectors.",
            calibration.learning().method(),
            calibration.learning().transform(),
            Html.number(calibration.learning().sampleSize()));
  }

  private void settings() {
    table(
        "Settings of a query",
        List.of(
            "ef_search",
            "rescored",
            "recall",
            "95 % interval",
            "ceiling of codes",
            "graph loss",
            "p50 ms",
            "p90 ms",
            "p99 ms",
            "scored"),
        report.evaluation().settings().stream().map(ReportPage::row).toList());
  }

  private static List<String> row(SettingResult setting) {
    return List.of(
        setting.search().efSearch() + (setting.search().isDefault() ? " (default)" : ""),
        setting.search().candidates() == 0 ? "no" : Html.number(setting.search().candidates()),
        Html.share(setting.measuredRecall().recall()),
        Html.share(setting.measuredRecall().recallFrom())
            + " to "
            + Html.share(setting.measuredRecall().recallTo()),
        Html.share(setting.measuredRecall().ceiling()),
        Html.share(setting.graphLoss()),
        Html.number(setting.latency().p50()),
        Html.number(setting.latency().p90()),
        Html.number(setting.latency().p99()),
        Html.number(Math.rint(setting.scored())));
  }

  private void precisions() {
    if (report.evaluation().precisions() != null) {
      table(
          "Precisions, on a sample of "
              + Html.number(report.evaluation().precisions().sample())
              + " vectors",
          List.of(
              "precision",
              "bits",
              "rerank",
              "bytes of codes",
              "bytes in all",
              "recall of codes",
              "rescored",
              "recall",
              "meets the target"),
          report.evaluation().precisions().results().stream().map(ReportPage::row).toList());
    }
  }

  private static List<String> row(TrialResult trial) {
    return List.of(
        trial.codes().precision(),
        Html.number(trial.codes().bits()),
        trial.codes().rerank(),
        Html.number(trial.vectorBytes().codeBytes()),
        Html.number(trial.totalBytes()),
        Html.share(trial.recallOfCodes()),
        trial.candidates() == 0 ? "no" : Html.number(trial.candidates()),
        Html.share(trial.recall()),
        trial.meetsTarget() == null ? "-" : trial.meetsTarget() ? "yes" : "no");
  }

  private void segments() {
    List<SegmentStats> shown =
        report.segments().subList(0, Math.min(MAX_SEGMENTS, report.segments().size()));
    table(
        "Segments of primaries, the newest first"
            + (shown.size() < report.segments().size()
                ? " (" + shown.size() + " of " + report.segments().size() + ")"
                : ""),
        List.of(
            "segment",
            "vectors",
            "deleted",
            "graph",
            "precision",
            "bits",
            "codes are",
            "because",
            "calibration",
            "score error",
            "clipped",
            "drift"),
        shown.stream().map(ReportPage::row).toList());
  }

  private static List<String> row(SegmentStats segment) {
    return List.of(
        segment.identity().segment(),
        Html.number(segment.identity().vectors()),
        Html.number(segment.identity().deleted()),
        segment.hasGraph() ? "yes" : "no",
        segment.codes().precision(),
        Html.number(segment.codes().bits()),
        segment.provenance().origin().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        segment.provenance().reason().name().toLowerCase(Locale.ROOT),
        segment.provenance().calibrationId() == null
            ? "-"
            : segment.provenance().calibrationId().substring(0, 8),
        segment.scoreErrors() == null ? "-" : Html.number(segment.scoreErrors().rootMeanSquare()),
        Html.percent(segment.fit().clipRate()),
        Html.number(segment.fit().driftRatio()) + (segment.drifted() ? " (drifted)" : ""));
  }

  private void table(String title, List<String> heads, List<List<String>> rows) {
    html.append("<section><h2>").append(Html.escape(title)).append("</h2>\n<table><thead><tr>");
    heads.forEach(head -> html.append("<th>").append(Html.escape(head)).append("</th>"));
    html.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      html.append("<tr>");
      row.forEach(cell -> html.append("<td>").append(Html.escape(cell)).append("</td>"));
      html.append("</tr>\n");
    }
    html.append("</tbody></table></section>\n");
  }
}
