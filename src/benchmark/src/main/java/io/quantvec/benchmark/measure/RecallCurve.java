/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Recall against queries per second.
 *
 * @param points at least one, by rising ef
 */
public record RecallCurve(List<CurvePoint> points) {

  /** Returns the points that no other point matches in both recall and speed, by rising recall. */
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
   * Returns the queries per second at a recall. Between two points of the front this interpolates
   * the logarithm of the rate over recall. Below the front this is the rate of the fastest point,
   * and above the front NaN.
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
   * Returns the recall at a number of queries per second. Between two points of the front this
   * interpolates recall over the logarithm of the rate. Below the front's rates this is the highest
   * recall, and above them NaN.
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

  /**
   * Returns the smallest ef that reaches a recall, or the ef of the highest recall if no point
   * reaches it.
   */
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
