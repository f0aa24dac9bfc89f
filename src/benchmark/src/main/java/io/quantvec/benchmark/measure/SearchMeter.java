/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.Searcher;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import org.apache.lucene.util.IOUtils;

/**
 * Searches all rows of a data set in turns, so that load from other processes slows all rows alike.
 * Figures are medians of the rounds.
 */
public final class SearchMeter {

  /** The recall at which rows are compared, besides their curves. */
  private static final double WORK_RECALL = .95;

  /** Searches of a row before it is timed. With a third of them, curves still had dents. */
  private static final int WARM_SEARCHES = 6_000;

  /** A row and its searcher for this thread. */
  private record Entry(SearchRow row, Searcher searcher) implements Closeable {
    @Override
    public void close() throws IOException {
      searcher.close();
    }
  }

  private final DataSet data;
  private final SearchPlan plan;
  private final DoubleSupplier secondsPassed;
  private final PrintStream out;

  /**
   * @param data counts recall
   * @param secondsPassed seconds since the plan's time began
   * @param out where progress is printed
   */
  public SearchMeter(DataSet data, SearchPlan plan, DoubleSupplier secondsPassed, PrintStream out) {
    this.data = data;
    this.plan = plan;
    this.secondsPassed = secondsPassed;
    this.out = out;
  }

  /**
   * Measures recall and queries per second only.
   *
   * @param rows open rows
   * @param warmSearches the smallest number of searches of a row before it is timed
   */
  public List<RecallCurve> curves(List<SearchRow> rows, int warmSearches) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try {
      for (SearchRow row : rows) {
        entries.add(new Entry(row, row.searchers().open()));
      }
      return curvesOf(entries, warmSearches);
    } finally {
      IOUtils.close(entries);
    }
  }

  /** Measures open rows. */
  public List<SearchResult> measure(List<SearchRow> rows) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try {
      for (SearchRow row : rows) {
        entries.add(new Entry(row, row.searchers().open()));
      }
      List<RecallCurve> curves = curvesOf(entries, WARM_SEARCHES);
      int[] efs = curves.stream().mapToInt(curve -> curve.efAt(WORK_RECALL)).toArray();
      long[] touched = new long[rows.size()];
      for (int z = 0; z < touched.length; z++) {
        touched[z] = touched(entries.get(z), efs[z]);
      }
      double[] allCores = allCores(rows, efs);
      List<SearchResult> results = new ArrayList<>();
      for (int z = 0; z < efs.length; z++) {
        SearchRow row = rows.get(z);
        // Writes come last, because buffers and refreshes grow the heap.
        double underWrites =
            row.underWrites() == null
                ? Double.NaN
                : row.underWrites()
                    .queriesPerSecond(row.data().queries(), efs[z], plan.writesSeconds());
        results.add(
            new SearchResult(
                row.name(),
                row.family(),
                row.index().cost(),
                touched[z],
                curves.get(z),
                efs[z],
                allCores[z],
                underWrites));
      }
      return results;
    } finally {
      IOUtils.close(entries);
    }
  }

  private List<RecallCurve> curvesOf(List<Entry> entries, int warmSearches) throws IOException {
    int efs = plan.efs().size();
    double[][] recalls = new double[entries.size()][efs];
    // This round compiles the code that the later rounds measure.
    for (int z = 0; z < entries.size(); z++) {
      for (int e = 0; e < efs; e++) {
        recalls[z][e] = recall(entries.get(z), plan.efs().get(e));
      }
    }
    long searches = (long) data.queries().length * efs;
    while (searches < warmSearches && timeLeft()) {
      round(entries);
      searches += (long) data.queries().length * efs;
    }
    List<double[][]> rounds = new ArrayList<>();
    while (rounds.size() < plan.rounds()
        && (rounds.size() < SearchPlan.LEAST_ROUNDS || timeLeft())) {
      rounds.add(round(entries));
    }
    out.printf(
        Locale.ROOT, "%d timed rounds, %.0f s%n", rounds.size(), secondsPassed.getAsDouble());
    List<RecallCurve> curves = new ArrayList<>();
    for (int z = 0; z < entries.size(); z++) {
      List<CurvePoint> points = new ArrayList<>();
      for (int e = 0; e < efs; e++) {
        int row = z;
        int ef = e;
        double median = median(rounds.stream().mapToDouble(round -> round[row][ef]).toArray());
        points.add(
            new CurvePoint(plan.efs().get(e), recalls[z][e], data.queries().length / median));
      }
      curves.add(new RecallCurve(points));
    }
    return curves;
  }

  private boolean timeLeft() {
    return secondsPassed.getAsDouble() < plan.seconds() * SearchPlan.ROUND_SHARE;
  }

  /** Returns the seconds of every row at every ef. */
  private double[][] round(List<Entry> entries) throws IOException {
    double[][] seconds = new double[entries.size()][plan.efs().size()];
    for (int z = 0; z < seconds.length; z++) {
      for (int e = 0; e < seconds[z].length; e++) {
        seconds[z][e] = seconds(entries.get(z), plan.efs().get(e));
      }
    }
    return seconds;
  }

  private double recall(Entry entry, int ef) throws IOException {
    long found = 0;
    for (int q = 0; q < data.queries().length; q++) {
      for (int id : entry.searcher().search(entry.row().data().queries()[q], ef)) {
        found += data.isNearest(q, id) ? 1 : 0;
      }
    }
    return (double) found / data.queries().length / DataSet.K;
  }

  private double seconds(Entry entry, int ef) throws IOException {
    long start = System.nanoTime();
    for (float[] query : entry.row().data().queries()) {
      entry.searcher().search(query, ef);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private long touched(Entry entry, int ef) throws IOException {
    // The same searches run before the count begins, so that all pages they read are mapped.
    seconds(entry, ef);
    if (!TouchedMemory.clear()) {
      return -1;
    }
    seconds(entry, ef);
    return TouchedMemory.bytes(entry.row().index().folder()) + entry.row().index().heapBytes();
  }

  private double[] allCores(List<SearchRow> rows, int[] efs) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    double[][] rates = new double[rows.size()][SearchPlan.LEAST_ROUNDS];
    try (ParallelSearch parallel = new ParallelSearch(threads)) {
      for (int round = 0; round < SearchPlan.LEAST_ROUNDS; round++) {
        for (int z = 0; z < rates.length; z++) {
          rates[z][round] = parallel.queriesPerSecond(rows.get(z), efs[z]);
        }
      }
    }
    return Arrays.stream(rates).mapToDouble(SearchMeter::median).toArray();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
