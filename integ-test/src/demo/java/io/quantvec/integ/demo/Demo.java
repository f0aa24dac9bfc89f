/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import io.quantvec.integ.demo.DemoIndex.Keeping;
import io.quantvec.integ.node.NodeOptions;
import io.quantvec.integ.node.OpenSearchNode;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A reverse dictionary on a real node: indexes WordNet definitions with several mappings, prints
 * what each costs and finds, then answers descriptions with words.
 *
 * <p>Ends with status 1 if a step fails, a mapping finds too little, or the smallest index is too
 * large.
 */
public final class Demo {

  private static final Keeping LARGEST = new Keeping("binary", "fp32", false);
  private static final Keeping SMALLEST = new Keeping("binary", "int8", true);

  /** The mappings. The last one answers the questions. */
  private static final List<Keeping> WAYS =
      List.of(
          new Keeping("fp16", "none", true),
          new Keeping("int8", "none", true),
          new Keeping("int4", "fp32", true),
          LARGEST,
          new Keeping("binary", "fp32", true),
          SMALLEST);

  /** Largest share of the largest index's bytes on disk that the smallest index may take. */
  private static final double MOST_OF_LARGEST = 0.35;

  /** Smallest number of documents at which index sizes are compared. */
  private static final int DOCS_TO_COMPARE = 10_000;

  private static final int K = 10;
  private static final double LEAST_RECALL = 0.95;

  private final DemoOptions options;
  private final PrintStream out;

  /**
   * Null without a terminal. The build sets {@code jdk.console=java.base}, which makes the JVM tell
   * the difference.
   */
  private final Console console;

  private Demo(DemoOptions options, PrintStream out, Console console) {
    this.options = options;
    this.out = out;
    this.console = console;
  }

  /** Runs the demo. {@link DemoOptions} lists the options. */
  public static void main(String[] args) {
    int status = 1;
    try {
      new Demo(DemoOptions.fromSystemProperties(), System.out, System.console()).run();
      status = 0;
    } catch (DemoFailure e) {
      System.err.println("\nThe demo failed. " + e.getMessage());
    } catch (IOException e) {
      System.err.println("\nThe demo failed. The node: " + e.getMessage());
    }
    System.exit(status);
  }

  private void run() throws IOException {
    out.println("\nDefinitions: WordNet 3.1");
    // The first definitions are the queries and the next ones the documents, so no query is
    // indexed.
    List<Gloss> glosses = WordNetGlosses.first(options.queries() + options.docs());
    List<Gloss> docs = glosses.subList(options.queries(), glosses.size());
    out.printf("  %,d to index, %,d others to search for%n", docs.size(), options.queries());
    try (SentenceEmbedder embedder = SentenceEmbedder.load()) {
      float[][] vectors = embed(embedder, glosses);
      float[][] queries = Arrays.copyOf(vectors, options.queries());
      float[][] docVectors = Arrays.copyOfRange(vectors, options.queries(), vectors.length);
      List<List<Integer>> truth = ExactSearch.neighbors(docVectors, queries, K);
      out.println("\nNode: starting OpenSearch");
      try (OpenSearchNode node = OpenSearchNode.start(nodeOptions())) {
        out.println("  " + node.http());
        RestClient client = new RestClient(node.http());
        List<DemoIndex> indices = WAYS.stream().map(way -> new DemoIndex(client, way)).toList();
        List<SegmentBytes> bytes = index(indices, docs, docVectors, node.dataPath());
        DemoTable table = measure(indices, bytes, queries, truth);
        table.print(out);
        double share = table.ofWhole(SMALLEST, LARGEST);
        out.printf(
            Locale.ROOT,
            "%nOn disk, %s takes %.2f of %s.%n",
            SMALLEST.label(),
            share,
            LARGEST.label());
        List<String> failures = failures(table, share);
        failures.forEach(out::println);
        ask(embedder, indices.get(indices.size() - 1));
        if (!failures.isEmpty()) {
          throw new DemoFailure(String.join("; ", failures));
        }
      }
    }
  }

  private List<String> failures(DemoTable table, double share) {
    List<String> failures = new ArrayList<>();
    List<String> poor = table.below(LEAST_RECALL);
    if (!poor.isEmpty()) {
      failures.add("Recall@" + K + " with rescoring is under " + LEAST_RECALL + " for " + poor);
    }
    // With few documents the calibration's matrix takes most of the bytes.
    if (options.docs() >= DOCS_TO_COMPARE && share > MOST_OF_LARGEST) {
      failures.add("The smallest index takes more than " + MOST_OF_LARGEST + " of the largest");
    }
    return failures;
  }

  private static NodeOptions nodeOptions() {
    try {
      return NodeOptions.fromSystemProperties();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new DemoFailure("The build did not leave what a node is made of: " + e.getMessage(), e);
    }
  }

  private float[][] embed(SentenceEmbedder embedder, List<Gloss> glosses) {
    out.println("\nEmbeddings: " + SentenceEmbedder.MODEL);
    List<String> texts = glosses.stream().map(Gloss::definition).toList();
    EmbeddingCache cache = new EmbeddingCache(options.cache());
    Path file = cache.file(SentenceEmbedder.MODEL, texts);
    Optional<float[][]> cached = cache.load(file, texts.size(), SentenceEmbedder.DIMENSION);
    if (cached.isPresent()) {
      out.println("  taken from " + file);
      return cached.get();
    }
    float[][] vectors = embedder.embedAll(texts, progress("embedding", texts.size())::advance);
    cache.store(file, vectors, SentenceEmbedder.DIMENSION);
    return vectors;
  }

  private List<SegmentBytes> index(
      List<DemoIndex> indices, List<Gloss> docs, float[][] vectors, Path dataPath) {
    out.println("\nIndexing");
    List<SegmentBytes> bytes = new ArrayList<>();
    for (DemoIndex index : indices) {
      index.create();
      index.add(docs, vectors, progress(index.keeping().label(), docs.size())::advance);
      String segment = index.settle();
      bytes.add(SegmentBytes.read(dataPath, index.uuid(), segment));
    }
    return bytes;
  }

  private DemoTable measure(
      List<DemoIndex> indices,
      List<SegmentBytes> bytes,
      float[][] queries,
      List<List<Integer>> truth) {
    out.println("\nSearching");
    // All are warmed up before any is measured. Otherwise the first would pay for compilation.
    ProgressBar progress = progress("searching", 3 * 2 * indices.size() * queries.length);
    for (int round = 0; round < 2; round++) {
      for (DemoIndex index : indices) {
        for (boolean rescore : new boolean[] {false, true}) {
          Measurement.of(index, queries, truth, rescore);
          progress.advance(queries.length);
        }
      }
    }
    List<DemoTable.Row> rows = new ArrayList<>();
    for (int i = 0; i < indices.size(); i++) {
      DemoIndex index = indices.get(i);
      Measurement codesOnly = Measurement.of(index, queries, truth, false);
      progress.advance(queries.length);
      Measurement rescored = Measurement.of(index, queries, truth, true);
      progress.advance(queries.length);
      rows.add(new DemoTable.Row(index.keeping(), bytes.get(i), codesOnly, rescored));
    }
    out.println();
    return new DemoTable(rows, options.docs(), K);
  }

  private void ask(SentenceEmbedder embedder, DemoIndex index) {
    out.println("\nReverse dictionary, answered from " + index.name());
    QuestionLoop loop = new QuestionLoop(embedder, index, out);
    if (console == null) {
      loop.runExamples();
    } else {
      loop.run(console);
    }
    out.println();
  }

  private ProgressBar progress(String label, int total) {
    return new ProgressBar(out, console != null, label, total);
  }
}
