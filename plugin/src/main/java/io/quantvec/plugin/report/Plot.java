/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A plot as SVG. Its colours are classes of the page's style, which has them for light and for dark
 * screens. Marks are drawn in the order in which they are added.
 */
final class Plot {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 64;
  private static final int RIGHT = 24;
  private static final int TOP = 16;
  private static final int BOTTOM = 48;

  /** Half of the space that a label takes above and below its line. */
  private static final int LABEL_HEIGHT = 13;

  /** What a character of a label takes, about. */
  private static final double CHARACTER_WIDTH = 6.4;

  private record Box(double left, double top, double right, double bottom) {

    boolean meets(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  private final String title;
  private final Axis x;
  private final Axis y;
  private final StringBuilder marks = new StringBuilder();
  private final StringBuilder legend = new StringBuilder();
  private final List<Box> taken = new ArrayList<>();

  /**
   * @param title for those who cannot see it
   */
  Plot(String title, Axis x, Axis y) {
    this.title = title;
    this.x = x;
    this.y = y;
  }

  private double left(double value) {
    return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
  }

  private double top(double value) {
    return TOP + (1 - y.position(value)) * (HEIGHT - TOP - BOTTOM);
  }

  /**
   * A point.
   *
   * @param series 1 to 6: its colour
   * @param radius in pixels
   * @param hint shown when somebody points at it
   */
  Plot point(double xValue, double yValue, int series, double radius, String hint) {
    double left = left(xValue);
    double top = top(yValue);
    marks.append(
        Html.format(
            "<circle class=\"s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s</title></circle>%n",
            series, left, top, radius, Html.escape(hint)));
    taken.add(new Box(left - radius, top - radius, left + radius, top + radius));
    return this;
  }

  /** A ring around a point, to tell it from others. */
  Plot ring(double xValue, double yValue) {
    marks.append(
        Html.format(
            "<circle class=\"ring\" cx=\"%.1f\" cy=\"%.1f\" r=\"9\"/>%n",
            left(xValue), top(yValue)));
    return this;
  }

  /** A name beside a point, where there is room; none where there is not. */
  Plot label(double xValue, double yValue, String text) {
    double left = left(xValue);
    double top = top(yValue);
    double width = CHARACTER_WIDTH * text.length();
    double[][] places = {
      {left - width / 2, top - 11}, {left - width / 2, top + 21},
      {left + 10, top + 4}, {left - 10 - width, top + 4}
    };
    for (double[] place : places) {
      Box box = new Box(place[0], place[1] - LABEL_HEIGHT + 3, place[0] + width, place[1] + 3);
      boolean inside =
          box.left >= LEFT
              && box.right <= WIDTH - 2
              && box.top >= 0
              && box.bottom < HEIGHT - BOTTOM;
      if (inside && taken.stream().noneMatch(box::meets)) {
        taken.add(box);
        marks.append(
            Html.format(
                "<text class=\"label\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                place[0], place[1], Html.escape(text)));
        return this;
      }
    }
    return this;
  }

  /** Lines from point to point. */
  Plot line(double[] xValues, double[] yValues, int series) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < xValues.length; i++) {
      points.append(Html.format("%.1f,%.1f ", left(xValues[i]), top(yValues[i])));
    }
    marks.append(
        Html.format("<polyline class=\"l%d\" points=\"%s\"/>%n", series, points.toString().trim()));
    return this;
  }

  /** A line at one height from side to side, with its name on it. */
  Plot level(double yValue, String text) {
    double top = top(yValue);
    int right = WIDTH - RIGHT;
    // Below the line at its end: what is good is above it, and what is cheap at its start.
    marks.append(
        Html.format(
            "<line class=\"level\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>%n"
                + "<text class=\"label\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
            LEFT, top, right, top, right, top + LABEL_HEIGHT, Html.escape(text)));
    double width = CHARACTER_WIDTH * text.length();
    taken.add(new Box(right - width, top, right, top + LABEL_HEIGHT + 3));
    return this;
  }

  /** A bar from the bottom. */
  Plot bar(double fromX, double toX, double yValue, int series, String hint) {
    double left = left(fromX);
    double top = top(yValue);
    marks.append(
        Html.format(
            "<rect class=\"s%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                + "<title>%s</title></rect>%n",
            series,
            left,
            top,
            Math.max(0.5, left(toX) - left - 0.5),
            Math.max(0, HEIGHT - BOTTOM - top),
            Html.escape(hint)));
    return this;
  }

  /** What a colour stands for. */
  Plot legend(int series, String text) {
    legend.append(Html.format("<span><i class=\"b%d\"></i>%s</span>%n", series, Html.escape(text)));
    return this;
  }

  String render() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        Html.format(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
            WIDTH, HEIGHT, Html.escape(title)));
    for (double tick : x.ticks()) {
      double left = left(tick);
      svg.append(
          Html.format(
              "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>"
                  + "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
              left,
              TOP,
              left,
              HEIGHT - BOTTOM,
              left,
              HEIGHT - BOTTOM + 17,
              Html.escape(x.text().apply(tick))));
    }
    for (double tick : y.ticks()) {
      double top = top(tick);
      svg.append(
          Html.format(
              "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>"
                  + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
              LEFT, top, WIDTH - RIGHT, top, LEFT - 7, top + 4, Html.escape(y.text().apply(tick))));
    }
    svg.append(
        Html.format(
            "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>"
                + "<text class=\"axis\" transform=\"translate(14 %d) rotate(-90)\""
                + " text-anchor=\"middle\">%s</text>%n",
            (LEFT + WIDTH - RIGHT) / 2,
            HEIGHT - 8,
            Html.escape(x.title()),
            (TOP + HEIGHT - BOTTOM) / 2,
            Html.escape(y.title())));
    svg.append(marks).append("</svg>\n");
    return legend.isEmpty() ? svg.toString() : svg + "<p class=\"legend\">\n" + legend + "</p>\n";
  }
}
