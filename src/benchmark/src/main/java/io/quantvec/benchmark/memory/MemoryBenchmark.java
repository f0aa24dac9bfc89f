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
import io.quantvec.benchmark.settings.DataSelection;
import io.quantvec.benchmark.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.IOUtils;

/**
 * Measures searches of a process whose memory is capped to its own needs, the codes, the graph and
 * a little more, alone and while segments merge: Quantvec and Lucene's 1-bit format in turns.
 *
 * <p>Each row is an index of one large segment with nine tenths of the vectors and four small
 * segments with the rest. One thread searches all segments. Then another thread merges the small
 * ones, which reads and writes several times the memory that the cap leaves for files. The vectors
 * that rescoring reads never fit into memory.
 *
 * <p>System properties besides {@code benchmark.data}, {@code benchmark.sets}, {@code
 * benchmark.formats}, {@code benchmark.work} and {@code benchmark.csv}:
 *
 * <ul>
 *   <li>{@code benchmark.vectors}: vectors of an index; default: 400,000. If the data set has
 *       fewer, copies with noise are added
 *   <li>{@code benchmark.queries}: the largest number of queries; default: 500
 *   <li>{@code benchmark.rounds}: rounds, of which medians are printed; default: 3
 *   <li>{@code benchmark.seconds}: seconds of searches before a merge; default: 10
 *   <li>{@code benchmark.merge.seconds}: the longest wait for a merge in seconds; default: 300
 *   <li>{@code benchmark.headroom}: memory that the cap leaves on top of codes and graph, in
 *       percent of them; default: 10
 *   <li>{@code benchmark.child.heap}: heap of the capped process in megabytes; default: 256
 *   <li>{@code benchmark.cgroup}: the folder of the control group in which the benchmark makes a
 *       group; default: the topmost one with a memory controller, which only root may use
 * </ul>
 *
 * <p>The kernel charges a page of the page cache to the group that reads it first. So the process
 * joins its group before it starts, and the index is dropped from the page cache before it is
 * opened.
 */
public final class MemoryBenchmark {

  /** The recall that each row must reach, with the smallest ef that does. */
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

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    MemorySettings settings = MemorySettings.ofProperties();
    MemoryBenchmark benchmark = new MemoryBenchmark(settings, System.out);
    if (benchmark.run().isEmpty()) {
      Settings.exitWithNothingToMeasure(settings.data().folder());
    }
    Settings.writeCsv(benchmark.csv);
  }

  /** Measures the first data set that the settings select. Returns the medians of all rows. */
  List<MemoryResult> run() throws IOException {
    // Fails here, before anything takes time, if this user may not make control groups.
    MemoryGroup.create(settings.cap().group()).close();
    List<String> names = settings.data().names();
    return names.isEmpty() ? List.of() : measure(names.get(0));
  }

  private List<MemoryResult> measure(String name) throws IOException {
    DataSelection selection = settings.data();
    DataSet data =
        GrownData.of(
            UnitVectors.of(
                DataSet.read(selection.folder(), name, selection.vectors(), selection.queries())),
            selection.vectors());
    out.print(DataSetHeading.of(data));
    Path work = Files.createTempDirectory(settings.work(), "memory");
    try {
      List<MemoryRow> rows = new ArrayList<>();
      for (MemoryFormat format : MemoryFormat.all()) {
        if (Settings.finds(settings.rows(), format.name())) {
          rows.add(build(format, data, work.resolve("index" + rows.size())));
        }
      }
      return rows.isEmpty() ? List.of() : measure(data, rows, work);
    } finally {
      IOUtils.rm(work);
    }
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
    CappedProcess process =
        new CappedProcess(settings.cap().group(), settings.cap().heapMegabytes());
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
        long forIndex = row.hotBytes() + row.hotBytes() * settings.cap().headroom() / 100;
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
            + "Memory and cap. \"process\" is the memory that the process needs without an index."
            + line
            + line
            + MemoryTable.indexes(medians)
            + line
            + "Milliseconds per search, major faults per search, and megabytes that the process read"
            + " from disk."
            + line
            + line
            + MemoryTable.latencies(medians));
    return medians;
  }
}
