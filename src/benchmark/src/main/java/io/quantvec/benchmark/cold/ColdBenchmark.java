/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.cold;

import io.quantvec.benchmark.contender.Contender;
import io.quantvec.benchmark.contender.Contenders;
import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.FloatFile;
import io.quantvec.benchmark.data.UnitVectors;
import io.quantvec.benchmark.index.Rescoring;
import io.quantvec.benchmark.report.TextTable;
import io.quantvec.benchmark.settings.SearchSettings;
import io.quantvec.benchmark.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Measures the searches of a JVM that has just started: a fresh JVM for each row, bound to one core
 * where {@code taskset} is installed, on an existing index. The compilers share that core.
 *
 * <p>System properties besides those of {@link SearchSettings}:
 *
 * <ul>
 *   <li>{@code benchmark.seconds}: seconds of CPU time of each process; default: 20
 *   <li>{@code benchmark.rounds}: processes per row, one after the other; default: 1
 *   <li>{@code benchmark.work}: the folder whose folder {@code cold} holds the indexes. Existing
 *       indexes are used again
 * </ul>
 *
 * <p>Figures use the CPU time of the process, which equals wall time while the core is otherwise
 * idle. Figures by wall time, which other processes disturb, are printed beside them.
 */
public final class ColdBenchmark {

  /** Ways to rescore, by the names that the command line takes. */
  static final Map<String, Rescoring> WAYS =
      Map.of("none", Rescoring.NONE, "lucene", Rescoring.LUCENE, "quantvec", Rescoring.QUANTVEC);

  private static final List<String> ROWS =
      List.of(
          "quantvec binary",
          "quantvec int2",
          "quantvec int4",
          "quantvec int8",
          "lucene fp32",
          "lucene 1 bit");

  private static final int QUERIES = 1_000;

  private static final int SECONDS = 20;

  /** The ef at which Quantvec finds about .95 of the ten nearest vectors. */
  private static final int EF = 60;

  private final SearchSettings settings;
  private final PrintStream out;

  private ColdBenchmark(SearchSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    List<String> csv = new ColdBenchmark(settings, System.out).run();
    settings.write(csv);
  }

  private List<String> run() throws IOException {
    return settings.measureSets(
        "data,row,round,clock,seconds_to_80,steady,slowest_ms,searches_per_second",
        name -> measure(name));
  }

  private List<String> measure(String name) throws IOException {
    List<String> rows = new ArrayList<>(ROWS);
    rows.removeIf(row -> !Pattern.compile(settings.rows()).matcher(row).find());
    Path work = settings.work().resolve("cold").resolve(name + "-" + settings.data().vectors());
    Files.createDirectories(work);
    Path queries = work.resolve("queries");
    write(name, rows, work, queries);
    out.printf(
        Locale.ROOT, "%n%s, ef %d, %s%n", name, EF, pin().isEmpty() ? "not pinned" : "one core");
    TextTable table =
        new TextTable(
            List.of(
                "row",
                "clock",
                "s to 80 %",
                "steady per s",
                "slowest ms",
                "searches in each second"));
    List<String> csv = new ArrayList<>();
    for (int round = 1; round <= Settings.number("benchmark.rounds", 1); round++) {
      for (String row : rows) {
        long[][] ends = search(row, work.resolve(row.replace(' ', '-')), queries);
        csv.add(name + "," + row + "," + round + "," + add(table, row, "cpu", ends[1]));
        csv.add(name + "," + row + "," + round + "," + add(table, row, "wall", ends[0]));
      }
    }
    out.print(table);
    return csv;
  }

  private static String add(TextTable table, String row, String clock, long[] ends) {
    ColdResult result = ColdResult.of(ends);
    List<String> cells =
        List.of(
            clock,
            TextTable.number("%.1f", result.secondsToSteady()),
            TextTable.number("%.0f", result.steady()),
            TextTable.number("%.0f", result.slowestMillis()),
            String.join(
                " ", Arrays.stream(result.perSecond()).mapToObj(Integer::toString).toList()));
    List<String> line = new ArrayList<>(List.of(row));
    line.addAll(cells);
    table.add(line);
    return String.join(",", cells);
  }

  /** Writes the missing indexes. */
  private void write(String name, List<String> rows, Path work, Path queries) throws IOException {
    DataSet data = null;
    for (Contender contender : Contenders.all()) {
      for (String row : contender.rowNames()) {
        Path folder = work.resolve(row.replace(' ', '-'));
        if (!rows.contains(row) || isIndex(folder)) {
          continue;
        }
        if (data == null) {
          data = settings.read(name, QUERIES);
          FloatFile.write(queries, data.queries());
        }
        Files.createDirectories(folder);
        contender.build(UnitVectors.of(data), folder).get(0).index().close();
        out.printf(Locale.ROOT, "wrote the index of %s%n", row);
      }
    }
  }

  private static boolean isIndex(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Directory directory = new MMapDirectory(folder)) {
      return DirectoryReader.indexExists(directory);
    }
  }

  /** Returns the time at which each search ended, by wall clock and by CPU time. */
  private static long[][] search(String row, Path index, Path queries) throws IOException {
    List<String> command = new ArrayList<>(pin());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms1g", "-Xmx1g", "--add-modules", "jdk.incubator.vector"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.add(ColdRun.class.getName());
    command.addAll(List.of(index.toString(), queries.toString(), way(row), Integer.toString(EF)));
    command.add(Integer.toString(Settings.number("benchmark.seconds", SECONDS)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader said = process.inputReader()) {
      long[][] searches =
          said.lines()
              .map(line -> Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray())
              .toArray(long[][]::new);
      if (searches.length <= ColdResult.FIRST) {
        throw new IOException("the process that searches [" + row + "] ended early");
      }
      return new long[][] {column(searches, 0), column(searches, 1)};
    }
  }

  private static long[] column(long[][] rows, int column) {
    return Arrays.stream(rows).mapToLong(row -> row[column]).toArray();
  }

  private static String way(String row) {
    if (row.startsWith("quantvec")) {
      return "quantvec";
    }
    return row.equals("lucene fp32") ? "none" : "lucene";
  }

  /** Returns the command that binds a process to one core; empty if there is no such program. */
  private static List<String> pin() {
    for (String folder : new String[] {"/usr/bin", "/bin"}) {
      Path taskset = Path.of(folder, "taskset");
      if (Files.isExecutable(taskset)) {
        return List.of(taskset.toString(), "--cpu-list", "0");
      }
    }
    return List.of();
  }
}
