/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.result.TrialReport;
import io.quantvec.plugin.evaluate.result.TrialResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The sentences that say what to change, the most important first.
 *
 * @param kind what to make of it
 * @param text what was found, and what to do
 */
record Findings(Kind kind, String text) {

  /** What to make of a sentence. */
  enum Kind {
    /** As it should be. */
    GOOD,
    /** Something to change. */
    LOOK,
    /** Something to know when reading the figures. */
    NOTE
  }

  /** Loss of recall in the graph that is worth a larger ef_search. */
  private static final double MUCH_GRAPH_LOSS = 0.02;

  /** A precision must save a fifth of the bytes for a reindexing to be worth it. */
  private static final double WORTHWHILE = 0.8;

  /** Deleted vectors are searched and passed over. */
  private static final double MANY_DELETED = 0.2;

  static List<Findings> of(Report report) {
    List<Findings> findings = new ArrayList<>();
    Evaluation evaluation = report.evaluation();
    for (String failure : report.failures()) {
      findings.add(new Findings(Kind.LOOK, "Left out of all figures: " + failure + "."));
    }
    if (evaluation.run().timedOut()) {
      findings.add(
          new Findings(
              Kind.LOOK,
              Html.format(
                  "The time was over after %d of %d queries: ask for fewer with [sample], or give"
                      + " more time with [timeout].",
                  evaluation.queriesAsked().evaluated(), evaluation.queriesAsked().queries())));
    }
    addRecall(report, findings);
    addDrift(report, findings);
    addPrecisions(report, findings);
    double deleted = report.stats().deleted() / (double) report.stats().vectors();
    if (deleted > MANY_DELETED) {
      findings.add(
          new Findings(
              Kind.LOOK,
              Html.percent(deleted)
                  + " of the vectors are deleted and still searched: force a merge with"
                  + " [only_expunge_deletes]."));
    }
    for (String warning : evaluation.warnings()) {
      findings.add(new Findings(Kind.NOTE, sentence(warning)));
    }
    return findings;
  }

  private static void addRecall(Report report, List<Findings> findings) {
    Evaluation evaluation = report.evaluation();
    SettingResult byDefault =
        evaluation.settings().stream()
            .filter(setting -> setting.search().isDefault())
            .findFirst()
            .orElse(null);
    if (byDefault == null || Double.isNaN(byDefault.measuredRecall().recall())) {
      findings.add(
          new Findings(Kind.LOOK, "No recall was measured: there are no vectors or queries."));
      return;
    }
    boolean met =
        Double.isNaN(report.targetRecall())
            || byDefault.measuredRecall().recall() >= report.targetRecall();
    String found =
        Html.format(
            "A query that names neither ef_search nor rescore finds %.1f %% of the %d nearest"
                + " (%.1f to %.1f %% with 95 %% certainty, of %d queries), in %s ms at the median.",
            100 * byDefault.measuredRecall().recall(),
            evaluation.queriesAsked().k(),
            100 * byDefault.measuredRecall().recallFrom(),
            100 * byDefault.measuredRecall().recallTo(),
            evaluation.queriesAsked().evaluated(),
            Html.number(byDefault.latency().p50()));
    boolean ofCodes = evaluation.exactScan().comparedTo().equals(RerankPrecision.NONE.label());
    Kind kind = ofCodes ? Kind.NOTE : met ? Kind.GOOD : Kind.LOOK;
    findings.add(
        new Findings(
            kind,
            ofCodes
                ? found + " The nearest are those of the codes: what they lose is not in it."
                : found));
    if (evaluation.recommendation() != null) {
      findings.add(
          new Findings(
              evaluation.recommendation().setting() == null
                  ? Kind.LOOK
                  : ofCodes ? Kind.NOTE : Kind.GOOD,
              Html.format("For a recall of %.3f: ", report.targetRecall())
                  + ended(evaluation.recommendation().advice())));
    }
    if (byDefault.graphLoss() > MUCH_GRAPH_LOSS) {
      findings.add(
          new Findings(
              Kind.LOOK,
              Html.format(
                  "Of what is missed, %.1f points are the graph's, not the codes': a larger"
                      + " ef_search finds them, or a larger m and ef_construction in the mapping.",
                  100 * byDefault.graphLoss())));
    }
  }

  private static void addDrift(Report report, List<Findings> findings) {
    int drifted = report.stats().driftedSegments();
    if (drifted > 0) {
      findings.add(
          new Findings(
              Kind.LOOK,
              Html.format(
                      "%d of %d segments hold vectors that their calibration does not fit: ",
                      drifted, report.stats().segments())
                  + ended(report.stats().driftAdvice())));
    } else if (!Double.isNaN(report.stats().driftRatio())) {
      findings.add(
          new Findings(
              Kind.GOOD,
              Html.format(
                  "No segment has drifted: the largest ratio of live to expected error is %.2f.",
                  report.stats().driftRatio())));
    }
  }

  private static void addPrecisions(Report report, List<Findings> findings) {
    TrialReport trials = report.evaluation().precisions();
    if (trials == null || Double.isNaN(report.targetRecall())) {
      return;
    }
    TrialResult cheapest =
        trials.results().stream()
            .filter(trial -> Boolean.TRUE.equals(trial.meetsTarget()))
            .min(Comparator.comparingInt(trial -> trial.vectorBytes().codeBytes()))
            .orElse(null);
    if (cheapest == null) {
      findings.add(
          new Findings(
              Kind.LOOK,
              "None of the precisions that were tried meets the target on the sample by itself:"
                  + " rescore more candidates."));
    } else if (cheapest.vectorBytes().codeBytes() < WORTHWHILE * report.codeBytes()) {
      findings.add(
          new Findings(
              Kind.NOTE,
              Html.format(
                  "[precision: %s] with [rerank: %s] would meet the target with %d bytes per vector"
                      + " in memory instead of %.0f (recall %.3f on a sample of %d). Change the"
                      + " mapping and force a merge.",
                  cheapest.codes().precision(),
                  cheapest.codes().rerank(),
                  cheapest.vectorBytes().codeBytes(),
                  report.codeBytes(),
                  cheapest.recall(),
                  trials.sample())));
    } else {
      findings.add(
          new Findings(
              Kind.GOOD,
              Html.format(
                  "No precision that was tried meets the target with a fifth less memory than the"
                      + " %.0f bytes per vector of now.",
                  report.codeBytes())));
    }
  }

  private static String sentence(String text) {
    return ended(text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1));
  }

  private static String ended(String text) {
    return text.endsWith(".") ? text : text + ".";
  }
}
