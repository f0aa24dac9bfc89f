/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a control group holds, in bytes.
 *
 * @param used all that is charged to it
 * @param file pages of files
 * @param mapped the pages of files that processes have mapped
 */
record MemoryStat(long used, long file, long mapped) {

  /**
   * Reads what the kernel says.
   *
   * @param used the text of {@code memory.usage_in_bytes} or {@code memory.current}
   * @param lines of {@code memory.stat}
   */
  static MemoryStat parse(String used, List<String> lines) {
    Map<String, Long> values = new HashMap<>();
    for (String line : lines) {
      String[] words = line.trim().split("\\s+");
      values.put(words[0], Long.parseLong(words[1]));
    }
    // The first names are those of version 2, the others those of version 1.
    return new MemoryStat(
        Long.parseLong(used.trim()),
        value(values, "file", "cache"),
        value(values, "file_mapped", "mapped_file"));
  }

  private static long value(Map<String, Long> values, String name, String formerName) {
    Long value = values.getOrDefault(name, values.get(formerName));
    if (value == null) {
      throw new IllegalArgumentException("memory.stat has no " + name + ": " + values.keySet());
    }
    return value;
  }

  /** What is left when all files are dropped that can be: heap, stacks, code, libraries. */
  long withoutFiles() {
    return used - file + mapped;
  }
}
