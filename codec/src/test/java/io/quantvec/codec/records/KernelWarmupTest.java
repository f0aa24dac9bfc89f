/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.quantvec.codec.simd.KernelCompilation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs all kernels on generated codes. */
class KernelWarmupTest {

  @TempDir Path folder;

  @Test
  void runsToTheEndAndDeletesItsFiles() throws IOException {
    assertEquals(KernelCompilation.isPossible(), KernelWarmup.run(folder, () -> true));
    assertEquals(0, folder.toFile().list().length);
  }

  @Test
  void stopsOnRequest() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    assertFalse(KernelWarmup.run(folder, () -> asked.incrementAndGet() < 3));
    assertEquals(KernelCompilation.isPossible() ? 3 : 0, asked.get());
    assertEquals(0, folder.toFile().list().length);
  }
}
