/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.FloatFile;
import io.quantvec.benchmark.data.GrownData;
import io.quantvec.benchmark.data.UnitVectors;
import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.report.DataSetHeading;
import io.quantvec.benchmark.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.IOUtils;

/**
 * Searches of a process whose memory is capped to what it needs itself, the codes, the graph and a
 * little more, alone and while segments are merged: ours and Lucene's 1-bit format in turns.
 *
 * <p>Each row is an index of one large segment with nine tenths of the vectors and four small ones
 * with the rest. All are searched by one thread; then another merges the small ones, which reads
 * and writes several times what the cap leaves for files. What rescoring reads does not fit into
 * the memory either, with or without a merge.
 *
 * <p>System properties beside those of {@code -Dbenchmark=search} for the data, the rows, the
 * working folder and the comma-separated values:
 *
 * <ul>
 *   <li>{@code benchmark.vectors}: of an index, 400,000; if the data have fewer, copies that noise
 *       moves are added
 *   <li>{@code benchmark.queries}: at most, 500
 *   <li>{@code benchmark.rounds}: 3, of which medians are printed
 *   <li>{@code benchmark.seconds}: of searches before a merge, 10
 *   <li>{@code benchmark.merge.seconds}: after which a merge is not waited for, 300
 *   <li>{@code benchmark.headroom}: per cent of codes and graph that the cap leaves beside them, 10
 *   <li>{@code benchmark.child.heap}: megabytes of heap of the capped process, 256
 *   <li>{@code benchmark.cgroup}: the folder of the control group in which one is made for the
 *       capped process; the topmost one with a memory controller, for which one has to be root
 * </ul>
 *
 * The page cache counts for whoever read a page first. So the process joins its group before it
 * starts, and the index is dropped from the page cache before it is opened.
 */
public final class MemoryBenchmark {

  /** The recall that all rows reach with as few candidates as they can. */
  private static final double RECALL = .95;

  private static final int[] EFS = {
    10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 160, 200, 240, 320, 480, 640
  };

  private final MemorySettings settings;
  private final PrintStream out;
  private final List<String> csv = new ArrayList<>(List.of(MemoryTable.csvHeadings()));

  /**
   * @param out where tables and progress are printed
   */
  MemoryBenchmark(MemorySettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs what the system properties say. */
  public static void main(String[] args) throws IOException {
    MemorySettings settings = MemorySettings.ofProperties();
    MemoryBenchmark benchmark = new MemoryBenchmark(settings, System.out);
    if (benchmark.run().isEmpty()) {
      Settings.exitWithNothingToMeasure(settings.folder());
    }
    Settings.writeCsv(benchmark.csv);
  }

  /** Measures the first data set that is asked for; the medians of all rows. */
  List<MemoryResult> run() throws IOException {
    // If it may not be capped, that is known before anything takes its time.
    MemoryGroup.create(settings.group()).close();
    for (String name : DataSet.names(settings.folder())) {
      if (matches(settings.sets(), name)) {
        return measure(name);
      }
    }
    return List.of();
  }

  private List<MemoryResult> measure(String name) throws IOException {
    DataSet data =
        GrownData.of(
            UnitVectors.of(
                DataSet.read(settings.folder(), name, settings.vectors(), settings.queries())),
            settings.vectors());
    out.print(DataSetHeading.of(data));
    Path work = Files.createTempDirectory(settings.work(), "memory");
    try {
      List<MemoryRow> rows = new ArrayList<>();
      for (MemoryFormat format : MemoryFormat.all()) {
        if (matches(settings.rows(), format.name())) {
          rows.add(build(format, data, work.resolve("index" + rows.size())));
        }
      }
      return rows.isEmpty() ? List.of() : measure(data, rows, work);
    } finally {
      IOUtils.rm(work);
    }
  }

  private static boolean matches(String expression, String name) {
    return Pattern.compile(expression).matcher(name).find();
  }

  private MemoryRow build(MemoryFormat format, DataSet data, Path folder) throws IOException {
    Files.createDirectory(folder);
    IndexCost cost = MemoryIndex.write(folder, format.format(), data.base(), data.similarity());
    int ef = 0;
    double recall = 0;
    try (MemoryIndex index = new MemoryIndex(folder, format.format())) {
      for (int i = 0; i < EFS.length && recall < RECALL; i++) {
        ef = EFS[i];
        recall = recall(index, format, data, ef);
      }
    }
    out.printf(
        Locale.ROOT,
        "%s: indexed in %.0f s, recall %.4f at ef %d%n",
        format.name(),
        cost.indexSeconds(),
        recall,
        ef);
    return new MemoryRow(format, folder, cost, ef, recall);
  }

  private static double recall(MemoryIndex index, MemoryFormat format, DataSet data, int ef)
      throws IOException {
    int found = 0;
    for (int q = 0; q < data.queries().length; q++) {
      int query = q;
      ScoreDoc[] hits =
          format.rescoring().search(index.searcher(), data.queries()[q], ef).scoreDocs;
      found += (int) Arrays.stream(hits).filter(hit -> data.isNearest(query, hit.doc)).count();
    }
    return (double) found / data.queries().length / DataSet.K;
  }

  private List<MemoryResult> measure(DataSet data, List<MemoryRow> rows, Path work)
      throws IOException {
    Path queries = work.resolve("queries");
    FloatFile.write(queries, data.queries());
    Path warmUp = Files.createDirectory(work.resolve("warm"));
    CappedProcess process = new CappedProcess(settings.group(), settings.heapMegabytes());
    List<List<MemoryResult>> results = new ArrayList<>();
    rows.forEach(row -> results.add(new ArrayList<>()));
    for (int round = 0; round < settings.rounds(); round++) {
      for (int z = 0; z < rows.size(); z++) {
        MemoryRow row = rows.get(z);
        MemoryTask task =
            new MemoryTask(
                row.format().name(),
                row.folder(),
                warmUp,
                queries,
                data.similarity(),
                row.ef(),
                settings.seconds(),
                settings.mergeSeconds());
        long forIndex = row.hotBytes() + row.hotBytes() * settings.headroom() / 100;
        MemoryResult result = process.run(row, task, forIndex);
        results.get(z).add(result);
        csv.add(MemoryTable.csvLine(data.name(), data.base().size(), round, result));
        out.printf("round %d%n%s%n", round, MemoryTable.latencies(List.of(result)));
      }
    }
    List<MemoryResult> medians = results.stream().map(MemoryResult::median).toList();
    String line = System.lineSeparator();
    out.print(
        line
            + "What is capped; process is what it needs without an index."
            + line
            + line
            + MemoryTable.indexes(medians)
            + line
            + "Milliseconds of a search, major faults of a search, and what the process read from"
            + " disk."
            + line
            + line
            + MemoryTable.latencies(medians));
    return medians;
  }
}
