/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns text into token numbers for BERT's uncased models: lower case without accents, split at
 * white space and punctuation, each word cut into the longest pieces of the vocabulary.
 *
 * <p>Implemented here because it is short, while the usual tokenizer library is native code that
 * does not exist for every platform of this demo.
 */
final class WordPieceTokenizer {

  private static final int MAX_WORD_LENGTH = 100;

  private final Map<String, Integer> vocabulary;
  private final int maxTokens;
  private final int start;
  private final int end;
  private final int unknown;

  private WordPieceTokenizer(Map<String, Integer> vocabulary, int maxTokens) {
    this.vocabulary = vocabulary;
    this.maxTokens = maxTokens;
    this.start = special("[CLS]");
    this.end = special("[SEP]");
    this.unknown = special("[UNK]");
  }

  /**
   * Reads the vocabulary from a {@code tokenizer.json}.
   *
   * @throws DemoFailure if the file does not describe a WordPiece tokenizer
   */
  static WordPieceTokenizer read(InputStream tokenizerJson) {
    try {
      JsonObject root =
          JsonParser.parseReader(new InputStreamReader(tokenizerJson, StandardCharsets.UTF_8))
              .getAsJsonObject();
      JsonObject model = root.getAsJsonObject("model");
      String type = model.get("type").getAsString();
      if (!type.equals("WordPiece")) {
        throw new DemoFailure("The model's tokenizer is [" + type + "], expected [WordPiece]");
      }
      Map<String, Integer> vocabulary = new HashMap<>();
      for (Map.Entry<String, JsonElement> entry : model.getAsJsonObject("vocab").entrySet()) {
        vocabulary.put(entry.getKey(), entry.getValue().getAsInt());
      }
      int maxTokens = root.getAsJsonObject("truncation").get("max_length").getAsInt();
      return new WordPieceTokenizer(vocabulary, maxTokens);
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new DemoFailure("The model's tokenizer cannot be parsed: " + e.getMessage(), e);
    }
  }

  private int special(String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new DemoFailure("The model's vocabulary lacks the token " + token);
    }
    return id;
  }

  /**
   * Returns the tokens of a text between the start and the end token, cut off at the model's
   * maximum.
   */
  int[] encode(String text) {
    List<Integer> ids = new ArrayList<>();
    ids.add(start);
    for (String word : words(text)) {
      addPieces(word, ids);
    }
    int kept = Math.min(ids.size(), maxTokens - 1);
    int[] tokens = new int[kept + 1];
    for (int i = 0; i < kept; i++) {
      tokens[i] = ids.get(i);
    }
    tokens[kept] = end;
    return tokens;
  }

  private static List<String> words(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFD);
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < plain.length(); ) {
      int c = plain.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        flush(word, words);
      } else if (isPunctuation(c) || Character.isIdeographic(c)) {
        flush(word, words);
        words.add(Character.toString(c));
      } else if (!isDropped(c)) {
        // Letter by letter, as in the model's training. Lowering a whole word writes Greek's final
        // sigma.
        word.appendCodePoint(Character.toLowerCase(c));
      }
    }
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean isPunctuation(int c) {
    // BERT counts every ASCII sign as punctuation, also what Unicode calls symbols.
    if (c < 128) {
      return c > ' ' && c != 127 && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /**
   * Returns whether a character is dropped: accents, which normalization separates from their
   * letter, and control characters.
   */
  private static boolean isDropped(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> c == 0xFFFD;
    };
  }

  private void addPieces(String word, List<Integer> ids) {
    if (word.codePointCount(0, word.length()) > MAX_WORD_LENGTH) {
      ids.add(unknown);
      return;
    }
    int before = ids.size();
    for (int from = 0; from < word.length(); ) {
      int to = word.length();
      Integer id = null;
      for (; to > from; to--) {
        id = vocabulary.get(from == 0 ? word.substring(0, to) : "##" + word.substring(from, to));
        if (id != null) {
          break;
        }
      }
      if (id == null) {
        // A word with an unknown piece is unknown.
        ids.subList(before, ids.size()).clear();
        ids.add(unknown);
        return;
      }
      ids.add(id);
      from = to;
    }
  }
}
