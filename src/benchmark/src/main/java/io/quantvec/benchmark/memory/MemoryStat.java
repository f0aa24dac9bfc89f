/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of a control group, in bytes.
 *
 * @param used all memory that is charged to the group
 * @param file pages of files
 * @param mapped pages of files that processes have mapped
 */
record MemoryStat(long used, long file, long mapped) {

  /**
   * Parses the kernel's files.
   *
   * @param used the text of {@code memory.usage_in_bytes} or {@code memory.current}
   * @param lines the lines of {@code memory.stat}
   */
  static MemoryStat parse(String used, List<String> lines) {
    Map<String, Long> values = new HashMap<>();
    for (String line : lines) {
      String[] words = line.trim().split("\\s+");
      values.put(words[0], Long.parseLong(words[1]));
    }
    // The first name is that of version 2, the second that of version 1.
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

  /**
   * Returns the bytes that remain when the kernel drops all droppable file pages: heap, stacks,
   * code, libraries.
   */
  long withoutFiles() {
    return used - file + mapped;
  }
}
