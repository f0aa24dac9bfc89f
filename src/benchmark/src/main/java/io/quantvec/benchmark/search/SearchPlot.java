/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.search;

import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.measure.CurvePoint;
import io.quantvec.benchmark.measure.SearchResult;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Plots the curves of one data set as SVG: recall to the right, queries per second upwards, one
 * line per row. The plot has its own background and follows the reader's choice of light or dark.
 */
final class SearchPlot {

  private static final int WIDTH = 960;
  private static final int HEIGHT = 600;
  private static final int LEFT = 80;
  private static final int RIGHT = 690;
  private static final int TOP = 60;
  private static final int BOTTOM = 530;
  private static final int LEGEND = 715;
  private static final int LEGEND_STEP = 24;

  /**
   * Lower recalls are cut off. Nobody searches there, and they would squeeze the rest of the
   * curves.
   */
  private static final double LEAST_RECALL = .6;

  /** Colors of medium lightness, which contrast with white and with black. */
  private static final Map<SearchRow.Family, List<String>> COLORS =
      new EnumMap<>(
          Map.of(
              SearchRow.Family.QUANTVEC,
              List.of(
                  "#5aa9e6", "#0f9d8f", "#5fb85f", "#6673e5", "#1fb6e0", "#9ab81f", "#0a66ff",
                  "#4f9da6"),
              SearchRow.Family.LUCENE_QUANTIZED,
              List.of("#e4572e", "#ec8b1f", "#c99a1e", "#d4455f", "#b0653a"),
              SearchRow.Family.LUCENE_FP32,
              List.of("#8a8a8a"),
              SearchRow.Family.JVECTOR,
              List.of("#a55eda", "#d455b5", "#7f5bc4")));

  /** Lines of families differ in more than color. */
  private static final Map<SearchRow.Family, String> STROKES =
      new EnumMap<>(
          Map.of(
              SearchRow.Family.QUANTVEC, "stroke-width=\"2.5\"",
              SearchRow.Family.LUCENE_QUANTIZED, "stroke-width=\"1.8\" stroke-dasharray=\"7 3\"",
              SearchRow.Family.LUCENE_FP32, "stroke-width=\"1.8\" stroke-dasharray=\"12 4 2 4\"",
              SearchRow.Family.JVECTOR, "stroke-width=\"1.8\" stroke-dasharray=\"2 3\""));

  private static final String STYLE =
      """
      <style>
      text { font: 13px sans-serif; fill: #222; }
      .title { font-size: 16px; font-weight: bold; }
      .back { fill: #fff; }
      .grid { stroke: #ddd; }
      .axis { stroke: #555; fill: none; }
      @media (prefers-color-scheme: dark) {
        text { fill: #ddd; }
        .back { fill: #16191d; }
        .grid { stroke: #353a40; }
        .axis { stroke: #aaa; }
      }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();
  private final PlotScale across;
  private final PlotScale up;

  private SearchPlot(List<SearchResult> results) {
    List<CurvePoint> points =
        results.stream()
            .flatMap(result -> result.curve().points().stream())
            .filter(point -> point.recall() >= LEAST_RECALL)
            .toList();
    // The plot is empty if no search reaches the lowest recall of the axis.
    across =
        PlotScale.ofRecall(
            points.stream().mapToDouble(CurvePoint::recall).min().orElse(LEAST_RECALL),
            LEFT,
            RIGHT);
    up =
        PlotScale.ofRates(
            points.stream().mapToDouble(CurvePoint::qps).min().orElse(1),
            points.stream().mapToDouble(CurvePoint::qps).max().orElse(1),
            BOTTOM,
            TOP);
  }

  /** Returns the plot of a data set's rows. */
  static String of(DataSet data, List<SearchResult> results) {
    SearchPlot plot = new SearchPlot(results);
    plot.open(
        String.format(
            Locale.ROOT,
            "%s: %,d x %d, %s",
            data.name(),
            data.base().size(),
            data.dimension(),
            data.similarity().name().toLowerCase(Locale.ROOT)));
    plot.axes();
    Map<SearchRow.Family, Integer> used = new EnumMap<>(SearchRow.Family.class);
    for (int i = 0; i < results.size(); i++) {
      SearchResult result = results.get(i);
      List<String> colors = COLORS.get(result.family());
      int nth = used.merge(result.family(), 1, Integer::sum) - 1;
      plot.row(result, i, colors.get(nth % colors.size()));
    }
    return plot.svg.append("</svg>\n").toString();
  }

  private void open(String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " role=\"img\">%n",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    add("<title>%s</title>%n", escape(title));
    svg.append(STYLE);
    add(
        "<clipPath id=\"area\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>%n",
        LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
    add("<rect class=\"back\" width=\"%d\" height=\"%d\"/>%n", WIDTH, HEIGHT);
    add("<text class=\"title\" x=\"%d\" y=\"32\">%s</text>%n", LEFT, escape(title));
  }

  private void axes() {
    for (double tick : across.ticks()) {
      double x = across.at(tick);
      add(
          "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n",
          x, TOP, x, BOTTOM);
      add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n", x, BOTTOM + 20, tick);
    }
    for (double tick : up.ticks()) {
      double y = up.at(tick);
      add(
          "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>%n",
          LEFT, y, RIGHT, y);
      add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%,.0f</text>%n", LEFT - 8, y + 4, tick);
    }
    add(
        "<rect class=\"axis\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>%n",
        LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">recall@%d</text>%n",
        (LEFT + RIGHT) / 2, BOTTOM + 46, DataSet.K);
    add(
        "<text transform=\"translate(22 %d) rotate(-90)\" text-anchor=\"middle\">queries per"
            + " second, one thread</text>%n",
        (TOP + BOTTOM) / 2);
  }

  private void row(SearchResult result, int place, String color) {
    String stroke =
        String.format(
            Locale.ROOT, "stroke=\"%s\" %s fill=\"none\"", color, STROKES.get(result.family()));
    StringBuilder line = new StringBuilder();
    for (CurvePoint point : result.curve().points()) {
      line.append(
          String.format(Locale.ROOT, "%.1f,%.1f ", across.at(point.recall()), up.at(point.qps())));
    }
    add("<polyline clip-path=\"url(#area)\" points=\"%s\" %s/>%n", line.toString().trim(), stroke);
    for (CurvePoint point : result.curve().points()) {
      // Marks are drawn outside the clipped area, so that a mark on the edge stays whole.
      if (point.recall() >= across.low()) {
        mark(result.family(), across.at(point.recall()), up.at(point.qps()), color);
      }
    }
    double y = TOP + 8 + place * LEGEND_STEP;
    add(
        "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" %s/>%n",
        LEGEND, y, LEGEND + 32, y, stroke);
    mark(result.family(), LEGEND + 16, y, color);
    add("<text x=\"%d\" y=\"%.1f\">%s</text>%n", LEGEND + 40, y + 4, escape(result.row()));
  }

  private void mark(SearchRow.Family family, double x, double y, String color) {
    switch (family) {
      case QUANTVEC ->
          add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n", x, y, color);
      case LUCENE_QUANTIZED, LUCENE_FP32 ->
          add(
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\" fill=\"%s\"/>%n",
              x - 3, y - 3, color);
      case JVECTOR ->
          add("<path d=\"M%.1f %.1fl4 4l-4 4l-4 -4z\" fill=\"%s\"/>%n", x, y - 4, color);
    }
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
