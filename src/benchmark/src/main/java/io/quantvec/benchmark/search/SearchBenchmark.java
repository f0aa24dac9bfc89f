/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.search;

import io.quantvec.benchmark.contender.Contender;
import io.quantvec.benchmark.contender.Contenders;
import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.SpreadNorms;
import io.quantvec.benchmark.data.UnitVectors;
import io.quantvec.benchmark.index.GraphSettings;
import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.index.SearchIndex;
import io.quantvec.benchmark.measure.SearchMeter;
import io.quantvec.benchmark.measure.SearchPlan;
import io.quantvec.benchmark.measure.SearchResult;
import io.quantvec.benchmark.report.DataSetHeading;
import io.quantvec.benchmark.settings.SearchSettings;
import io.quantvec.benchmark.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.IOUtils;

/**
 * Compares graph searches for ten neighbors by Quantvec, Lucene and JVector, on every data set of a
 * folder. {@link SearchSettings} lists the system properties. For this benchmark:
 *
 * <ul>
 *   <li>{@code benchmark.minutes}: 0 or {@code all} measures everything. A shorter run measures
 *       fewer rows, vectors, queries and efs, see {@link SearchPlan}
 *   <li>{@code benchmark.sets}: a derived data set is measured if its own name matches and the name
 *       of the original does not, as in {@code words.*inner product}
 *   <li>{@code benchmark.formats}: also finds rows that a short run leaves out, and measures all
 *       matching rows, however long that takes
 *   <li>{@code benchmark.plots}: the folder for the plots {@code search-NAME.svg}
 * </ul>
 *
 * <p>All indexes are built one after the other on one thread. Each flushes segments and merges them
 * into one, without compound files. Then all indexes are open while {@link SearchMeter} searches
 * them in turns. A search includes the transform of the query.
 */
public final class SearchBenchmark {

  private final SearchSettings settings;
  private final PrintStream out;
  private final List<String> csv = new ArrayList<>(List.of(SearchCsv.headings()));

  /**
   * @param out where tables and progress are printed
   */
  SearchBenchmark(SearchSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    SearchBenchmark benchmark = new SearchBenchmark(settings, System.out);
    if (benchmark.run().isEmpty()) {
      Settings.exitWithNothingToMeasure(settings.data().folder());
    }
    Settings.writeCsv(benchmark.csv());
  }

  /** Measures every data set and prints its tables. */
  List<SearchResult> run() throws IOException {
    List<SearchResult> results = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String name : DataSet.names(settings.data().folder())) {
      if (Settings.finds(settings.data().sets(), name)) {
        names.add(name);
      } else if (Settings.finds(settings.data().sets(), SpreadNorms.name(name))) {
        names.add(SpreadNorms.name(name));
      }
    }
    out.printf(
        Locale.ROOT,
        "Java %s, %d cores, m %d, ef_construction %d%n",
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        GraphSettings.M,
        GraphSettings.EF_CONSTRUCTION);
    for (String name : names) {
      results.addAll(measure(name, names.size()));
    }
    return results;
  }

  /** Returns comma-separated values of all figures so far. */
  List<String> csv() {
    return csv;
  }

  private List<SearchResult> measure(String name, int sets) throws IOException {
    long start = System.nanoTime();
    DoubleSupplier secondsPassed = () -> (System.nanoTime() - start) / 1e9;
    boolean spread = !DataSet.names(settings.data().folder()).contains(name);
    String file = spread ? SpreadNorms.original(name) : name;
    SearchPlan plan =
        SearchPlan.of(settings.minutes(), sets, DataSet.dimension(settings.data().folder(), file));
    DataSet data =
        DataSet.read(
            settings.data().folder(),
            file,
            Math.min(plan.vectors(), settings.data().vectors()),
            Math.min(plan.queries(), settings.data().queries()));
    if (spread) {
      if (data.similarity() != VectorSimilarityFunction.COSINE) {
        return List.of();
      }
      data = SpreadNorms.of(data);
    }
    out.print(DataSetHeading.of(data));
    Path work = Files.createTempDirectory(settings.work(), "search");
    List<SearchRow> rows = new ArrayList<>();
    List<SearchResult> results;
    try {
      build(data, plan, secondsPassed, work, rows);
      if (rows.isEmpty()) {
        return List.of();
      }
      results = new SearchMeter(data, plan, secondsPassed, out).measure(rows);
    } finally {
      IOUtils.close(indexes(rows));
      IOUtils.rm(work);
    }
    out.print(SearchTable.of(results, data.base().size()));
    csv.addAll(SearchCsv.lines(data, results));
    if (settings.plots() != null) {
      String plot = "search-" + name.replaceAll("[^A-Za-z0-9.]+", "-") + ".svg";
      write(settings.plots().resolve(plot), SearchPlot.of(data, results));
    }
    return results;
  }

  private void build(
      DataSet data, SearchPlan plan, DoubleSupplier secondsPassed, Path work, List<SearchRow> rows)
      throws IOException {
    List<Contender> contenders = new ArrayList<>();
    List<String> order = new ArrayList<>();
    for (Contender contender : Contenders.all()) {
      if (contender.rowNames().stream().anyMatch(row -> wanted(plan, row))) {
        contenders.add(contender);
        order.addAll(contender.rowNames());
      }
    }
    if (!plan.complete()) {
      contenders.sort(Comparator.comparingInt(SearchBenchmark::importance));
    }
    DataSet units = UnitVectors.of(data);
    for (Contender contender : contenders) {
      if (settings.rows().isEmpty()
          && secondsPassed.getAsDouble() > plan.seconds() * SearchPlan.BUILD_SHARE) {
        out.println("left out because the time is up: " + contender.rowNames());
        continue;
      }
      Path folder = Files.createDirectory(work.resolve("index" + contenders.indexOf(contender)));
      List<SearchRow> built = contender.build(asItIs(contender) ? data : units, folder);
      IndexCost cost = built.get(0).index().cost();
      for (SearchRow row : built) {
        if (wanted(plan, row.name())) {
          rows.add(row);
        }
      }
      out.printf(
          Locale.ROOT,
          "%s: indexed in %.1f s, merged in %.1f s%n",
          built.get(0).name(),
          cost.indexSeconds(),
          cost.mergeSeconds());
    }
    rows.sort(Comparator.comparingInt(row -> order.indexOf(row.name())));
  }

  /**
   * Returns whether a contender gets the data unchanged. Other contenders get the form that suits
   * them best.
   */
  private boolean asItIs(Contender contender) {
    return contender.family() == SearchRow.Family.QUANTVEC && !settings.unitVectors();
  }

  private boolean wanted(SearchPlan plan, String row) {
    return settings.rows().isEmpty() ? plan.includes(row) : settings.wantsRow(row);
  }

  /** Returns the position in the short list. Rows that are not on the list come last. */
  private static int importance(Contender contender) {
    return contender.rowNames().stream()
        .mapToInt(Contenders.SHORT_LIST::indexOf)
        .map(place -> place < 0 ? Contenders.SHORT_LIST.size() : place)
        .min()
        .getAsInt();
  }

  private static Set<SearchIndex> indexes(List<SearchRow> rows) {
    Set<SearchIndex> indexes = new LinkedHashSet<>();
    rows.forEach(row -> indexes.add(row.index()));
    return indexes;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
