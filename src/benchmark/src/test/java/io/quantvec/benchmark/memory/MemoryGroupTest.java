/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryGroupTest {

  private static final String OTHER = "cgroup /sys/fs/cgroup/cpu cgroup rw,relatime,cpu 0 0";

  @TempDir Path folder;

  @Test
  void theMemoryControllerOfVersion1IsFound() throws IOException {
    List<String> mounts =
        List.of(
            "proc /proc proc rw 0 0",
            OTHER,
            "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0");
    assertEquals(Path.of("/sys/fs/cgroup/memory"), MemoryGroup.find(mounts));
  }

  @Test
  void version2CountsOnlyWithTheController() throws IOException {
    String mount = "cgroup2 " + folder + " cgroup2 rw,nsdelegate 0 0";
    assertNull(MemoryGroup.find(List.of(OTHER, mount)));
    Path controllers = folder.resolve("cgroup.controllers");
    Files.writeString(controllers, "cpuset cpu io\n");
    assertNull(MemoryGroup.find(List.of(OTHER, mount)));
    Files.writeString(controllers, "cpuset cpu io memory pids\n");
    assertEquals(folder, MemoryGroup.find(List.of(OTHER, mount)));
  }

  @Test
  void whoMayNotCapIsToldWhatItTakes() {
    IOException refused =
        assertThrows(
            IOException.class, () -> MemoryGroup.create(folder.resolve("none").toString()));
    assertTrue(refused.getMessage().contains("-Dbenchmark.cgroup=FOLDER"), refused.getMessage());
    assertTrue(refused.getMessage().contains("root"), refused.getMessage());
  }

  @Test
  void bothVersionsSayWhatIsUsed() {
    MemoryStat first =
        MemoryStat.parse(
            "1000\n", List.of("cache 700", "rss 250", "mapped_file 120", "total_cache 9"));
    assertEquals(new MemoryStat(1000, 700, 120), first);
    // All but the 580 bytes of files that nobody has mapped.
    assertEquals(420, first.withoutFiles());
    MemoryStat second =
        MemoryStat.parse("1000\n", List.of("anon 250", "file 700", "file_mapped 120"));
    assertEquals(first, second);
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class, () -> MemoryStat.parse("1", List.of("anon 250")));
    assertTrue(unknown.getMessage().contains("file"), unknown.getMessage());
  }

  @Test
  void faultsAreReadBehindAnyName() {
    String stat = "77 (a) (b c)) S 1 77 77 0 -1 4194304 5000 6 4321 8 9 10 0 0 20 0";
    assertEquals(4321, ThreadFaults.majorFaults(stat));
    assertEquals(
        8192,
        ThreadFaults.bytesRead(
            List.of("rchar: 1", "read_bytes: 8192", "cancelled_write_bytes: 5")));
  }
}
