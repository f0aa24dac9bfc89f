/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TouchedMemoryTest {

  @Test
  void mappingsOfTheFolderCount() {
    List<String> lines =
        List.of(
            "7f00-7f10 r--s 00000000 fe:00 123   /tmp/index one/a.vec",
            "Size:                 64 kB",
            "Referenced:           12 kB",
            "7f10-7f20 r--s 00000000 fe:00 124   /tmp/index one more/a.vec",
            "Referenced:          100 kB",
            "7f20-7f30 rw-p 00000000 00:00 0 ",
            "Referenced:         1000 kB",
            "7f30-7f40 r--s 00000000 fe:00 125   /tmp/index one/b.vex",
            "Referenced:            4 kB");
    assertEquals(16 * 1024, TouchedMemory.bytes(lines, "/tmp/index one/"));
  }
}
