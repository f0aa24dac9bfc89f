/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.filter;

import io.quantvec.benchmark.contender.Contender;
import io.quantvec.benchmark.contender.Contenders;
import io.quantvec.benchmark.contender.LuceneContender;
import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.ExhaustiveSearch;
import io.quantvec.benchmark.index.LuceneIndex;
import io.quantvec.benchmark.measure.CurvePoint;
import io.quantvec.benchmark.measure.RecallCurve;
import io.quantvec.benchmark.settings.SearchSettings;
import io.quantvec.plugin.search.QuantizedKnnQuery;
import io.quantvec.plugin.search.SearchEffort;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.IOUtils;

/**
 * Searches with filters that one of two, ten, a hundred and a thousand documents passes: the
 * plugin's query compared with Lucene's, on formats of about equal bits. Both rescore from floats.
 * Recall is counted among the documents that pass.
 */
public final class FilterBenchmark {

  private static final double[] SELECTIVITIES = {.5, .1, .01, .001};

  private static final List<Integer> EFS = List.of(10, 20, 40, 80, 160, 320, 640);

  /** Each Quantvec row, and the Lucene row with which it is compared. */
  private static final Map<String, String> PAIRS = pairs();

  /** With this number a recall of .95 has a standard error of .004. */
  private static final int QUERIES = 300;

  /** Rounds before the timed rounds, so that all code is compiled. */
  private static final int WARM_ROUNDS = 2;

  private static final int ROUNDS = 5;

  private static final long SEED = 42;

  private final SearchSettings settings;
  private final PrintStream out;

  private FilterBenchmark(SearchSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  private static Map<String, String> pairs() {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("quantvec binary", "lucene 1 bit");
    pairs.put("quantvec int4", "lucene 4 bit");
    pairs.put("quantvec int8", "lucene 8 bit");
    return pairs;
  }

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    List<String> csv = new FilterBenchmark(settings, System.out).run();
    settings.write(csv);
  }

  /** The documents that pass, and queries whose neighbors among them are known. */
  private record Filtered(double selectivity, Query filter, DataSet data) {}

  /** Measures every data set, prints its tables and returns comma-separated values. */
  List<String> run() throws IOException {
    return settings.measureSets(
        "data,selectivity,row,ef,recall,qps", name -> measure(settings.read(name, QUERIES)));
  }

  private List<String> measure(DataSet data) throws IOException {
    out.printf(
        Locale.ROOT,
        "%n%s: %,d vectors, %d dimensions, %d queries%n",
        data.name(),
        data.base().size(),
        data.dimension(),
        data.queries().length);
    Path work = Files.createTempDirectory(settings.work(), "filter");
    Map<String, LuceneIndex> indexes = new LinkedHashMap<>();
    try {
      for (Contender contender : Contenders.all()) {
        String row = contender.rowNames().get(0);
        if (contender instanceof LuceneContender lucene
            && (PAIRS.containsKey(row) || PAIRS.containsValue(row))) {
          Path folder = Files.createDirectory(work.resolve("index" + indexes.size()));
          indexes.put(row, LuceneIndex.build(lucene.format(), data, folder, true));
          out.println(row + ": indexed");
        }
      }
      List<String> csv = new ArrayList<>();
      for (double selectivity : SELECTIVITIES) {
        Filtered filtered = filtered(data, selectivity);
        Map<String, RecallCurve> curves = curves(indexes, filtered);
        print(selectivity, filtered, curves);
        curves.forEach(
            (row, curve) -> {
              for (CurvePoint point : curve.points()) {
                csv.add(
                    String.format(
                        Locale.ROOT,
                        "%s,%s,%s,%d,%.4f,%.1f",
                        data.name(),
                        selectivity,
                        row,
                        point.ef(),
                        point.recall(),
                        point.qps()));
              }
            });
      }
      return csv;
    } finally {
      IOUtils.close(indexes.values());
      IOUtils.rm(work);
    }
  }

  private static Filtered filtered(DataSet data, double selectivity) {
    int size = data.base().size();
    int[] passing =
        new Random(SEED)
            .ints(0, size)
            .distinct()
            .limit(Math.max(DataSet.K, Math.round(selectivity * size)))
            .sorted()
            .toArray();
    FixedBitSet bits = new FixedBitSet(size);
    for (int doc : passing) {
      bits.set(doc);
    }
    List<float[]> vectors = Arrays.stream(passing).mapToObj(doc -> data.base().get(doc)).toList();
    int[][] nearest =
        ExhaustiveSearch.nearest(data.similarity(), vectors, data.queries(), DataSet.K);
    int[][] ids =
        Arrays.stream(nearest)
            .map(places -> IntStream.of(places).map(place -> passing[place]).toArray())
            .toArray(int[][]::new);
    return new Filtered(
        selectivity,
        new BitSetFilter(bits),
        DataSet.of(data.name(), data.similarity(), data.base(), data.queries(), ids));
  }

  private static Map<String, RecallCurve> curves(
      Map<String, LuceneIndex> indexes, Filtered filtered) throws IOException {
    Map<String, double[]> recalls = new LinkedHashMap<>();
    Map<String, double[][]> seconds = new LinkedHashMap<>();
    for (String row : indexes.keySet()) {
      double[] ofRow = new double[EFS.size()];
      for (int e = 0; e < ofRow.length; e++) {
        ofRow[e] = recall(row, indexes.get(row), filtered, EFS.get(e));
      }
      recalls.put(row, ofRow);
      seconds.put(row, new double[EFS.size()][ROUNDS]);
    }
    for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
      for (String row : indexes.keySet()) {
        for (int e = 0; e < EFS.size(); e++) {
          double taken = seconds(row, indexes.get(row), filtered, EFS.get(e));
          if (round >= 0) {
            seconds.get(row)[e][round] = taken;
          }
        }
      }
    }
    Map<String, RecallCurve> curves = new LinkedHashMap<>();
    for (String row : indexes.keySet()) {
      List<CurvePoint> points = new ArrayList<>();
      for (int e = 0; e < EFS.size(); e++) {
        double[] times = seconds.get(row)[e];
        Arrays.sort(times);
        double median = times[ROUNDS / 2];
        points.add(
            new CurvePoint(
                EFS.get(e), recalls.get(row)[e], filtered.data().queries().length / median));
      }
      curves.put(row, new RecallCurve(points));
    }
    return curves;
  }

  private static double recall(String row, LuceneIndex index, Filtered filtered, int ef)
      throws IOException {
    long found = 0;
    for (int q = 0; q < filtered.data().queries().length; q++) {
      ScoreDoc[] hits = search(row, index, filtered, q, ef);
      if (hits.length != DataSet.K) {
        throw new IllegalStateException(row + " found " + hits.length + " at ef " + ef);
      }
      for (ScoreDoc hit : hits) {
        found += filtered.data().isNearest(q, hit.doc) ? 1 : 0;
      }
    }
    return (double) found / filtered.data().queries().length / DataSet.K;
  }

  private static double seconds(String row, LuceneIndex index, Filtered filtered, int ef)
      throws IOException {
    long start = System.nanoTime();
    for (int q = 0; q < filtered.data().queries().length; q++) {
      search(row, index, filtered, q, ef);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static ScoreDoc[] search(
      String row, LuceneIndex index, Filtered filtered, int query, int ef) throws IOException {
    float[] target = filtered.data().queries()[query];
    Query search =
        PAIRS.containsKey(row)
            ? new QuantizedKnnQuery(
                LuceneIndex.FIELD, target, new SearchEffort(DataSet.K, ef, ef), filtered.filter())
            : RescoreTopNQuery.createFullPrecisionRescorerQuery(
                new KnnFloatVectorQuery(LuceneIndex.FIELD, target, ef, filtered.filter()),
                target,
                LuceneIndex.FIELD,
                DataSet.K);
    return index.searcher().search(search, DataSet.K).scoreDocs;
  }

  private void print(double selectivity, Filtered filtered, Map<String, RecallCurve> curves) {
    out.printf(Locale.ROOT, "%n%s %% of the documents pass%n", 100 * selectivity);
    out.printf("%-18s", "recall / ms at ef");
    EFS.forEach(ef -> out.printf("%15d", ef));
    out.println();
    curves.forEach(
        (row, curve) -> {
          out.printf("%-18s", row);
          for (CurvePoint point : curve.points()) {
            out.printf(Locale.ROOT, "   %.4f/%5.2f", point.recall(), 1000 / point.qps());
          }
          out.println();
        });
    PAIRS.forEach(
        (ours, theirs) -> {
          if (curves.containsKey(ours) && curves.containsKey(theirs)) {
            out.printf(
                "%-18s", ours.substring(ours.indexOf(' ') + 1) + " - " + theirs.substring(7));
            for (CurvePoint point : curves.get(theirs).points()) {
              double atSameTime = curves.get(ours).recallAt(point.qps());
              out.printf(Locale.ROOT, "%15s", difference(atSameTime - point.recall()));
            }
            out.println("   recall at Lucene's time, minus Lucene's recall");
          }
        });
  }

  private static String difference(double recall) {
    return Double.isNaN(recall) ? "slower" : String.format(Locale.ROOT, "%+.4f", recall);
  }
}
