/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Recall against queries a second.
 *
 * @param points at least one, by rising ef
 */
public record RecallCurve(List<CurvePoint> points) {

  /** The points that no other is at least as good as in both respects, by rising recall. */
  List<CurvePoint> front() {
    List<CurvePoint> sorted = new ArrayList<>(points);
    sorted.sort(
        Comparator.comparingDouble(CurvePoint::recall)
            .thenComparingDouble(CurvePoint::qps)
            .reversed());
    List<CurvePoint> front = new ArrayList<>();
    for (CurvePoint point : sorted) {
      if (front.isEmpty() || point.qps() > front.get(0).qps()) {
        front.add(0, point);
      }
    }
    return front;
  }

  /**
   * Queries a second at a recall: between two points of the front their logarithms are interpolated
   * over recall. NaN if the curve does not reach it; the fastest point's if all of it is above.
   */
  public double qpsAt(double recall) {
    CurvePoint below = null;
    for (CurvePoint point : front()) {
      if (point.recall() >= recall) {
        if (below == null) {
          return point.qps();
        }
        double share = (recall - below.recall()) / (point.recall() - below.recall());
        return Math.exp(Math.log(below.qps()) * (1 - share) + Math.log(point.qps()) * share);
      }
      below = point;
    }
    return Double.NaN;
  }

  /**
   * The recall at so many queries a second: between two points of the front it is interpolated over
   * their logarithms. NaN if the curve is slower everywhere; the highest if all of it is faster.
   */
  public double recallAt(double qps) {
    CurvePoint faster = null;
    for (CurvePoint point : front()) {
      if (point.qps() < qps) {
        if (faster == null) {
          return Double.NaN;
        }
        double share = Math.log(faster.qps() / qps) / Math.log(faster.qps() / point.qps());
        return faster.recall() + share * (point.recall() - faster.recall());
      }
      faster = point;
    }
    return faster == null ? Double.NaN : faster.recall();
  }

  /** The smallest ef that reaches a recall; the one of the highest recall if none does. */
  int efAt(double recall) {
    CurvePoint best = points.get(0);
    for (CurvePoint point : points) {
      if (point.recall() >= recall) {
        return point.ef();
      }
      best = point.recall() > best.recall() ? point : best;
    }
    return best.ef();
  }
}
