/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.util.List;

/**
 * A meaning in WordNet.
 *
 * @param words the words with this meaning, the most common first
 * @param definition the meaning, without WordNet's usage examples
 */
public record Gloss(List<String> words, String definition) {

  /** Returns the words in one line. */
  public String label() {
    return String.join(", ", words);
  }
}
