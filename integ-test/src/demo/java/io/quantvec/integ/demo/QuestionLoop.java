/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Answers descriptions with words. */
public final class QuestionLoop {

  /** The questions when there is no terminal to type on. */
  static final List<String> EXAMPLES =
      List.of(
          "a large nocturnal animal that eats termites",
          "someone who walks around while asleep",
          "a place in the desert where there is water",
          "a musical instrument with four strings played with a bow",
          "a doctor for your teeth",
          "a shop that sells bread",
          "longing for the past",
          "arc of colors in the sky after rain");

  private static final int ANSWERS = 5;

  private final SentenceEmbedder embedder;
  private final DemoIndex index;
  private final PrintStream out;

  /** Creates a loop that answers from an index. */
  public QuestionLoop(SentenceEmbedder embedder, DemoIndex index, PrintStream out) {
    this.embedder = embedder;
    this.index = index;
    this.out = out;
  }

  /** Answers typed descriptions until an empty line or the end of the input. */
  public void run(Console console) {
    out.println("Describe a word, for example: " + EXAMPLES.get(0));
    out.println("An empty line ends.");
    while (true) {
      String line = console.readLine("%n> ");
      if (line == null || line.isBlank()) {
        return;
      }
      answer(line.strip());
    }
  }

  /** Answers the examples. */
  public void runExamples() {
    for (String question : EXAMPLES) {
      out.println("\n> " + question);
      answer(question);
    }
  }

  private void answer(String question) {
    List<DemoIndex.Hit> hits = index.define(embedder.embed(question), ANSWERS).hits();
    if (hits.isEmpty()) {
      throw new DemoFailure("The search for [" + question + "] found nothing");
    }
    for (DemoIndex.Hit hit : hits) {
      out.println(
          String.format(Locale.ROOT, "  %.3f  %s: %s", hit.score(), hit.words(), hit.definition()));
    }
  }
}
