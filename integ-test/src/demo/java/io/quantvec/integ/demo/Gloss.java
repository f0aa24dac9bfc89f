/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.util.List;

/**
 * One meaning of WordNet.
 *
 * @param words the words that have this meaning, the most usual first
 * @param definition what they mean, without WordNet's usage examples
 */
public record Gloss(List<String> words, String definition) {

  /** The words in one line. */
  public String label() {
    return String.join(", ", words);
  }
}
