/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The first caller runs the kernel until it is compiled, and later callers do not run it. */
class KernelCompilationTest {

  @Test
  void onlyOneCallerRunsTheKernel() {
    KernelCompilation kernel = new KernelCompilation();
    assertFalse(kernel.isBegun());
    AtomicInteger calls = new AtomicInteger();
    kernel.await(
        () -> {
          assertTrue(kernel.isBegun());
          calls.incrementAndGet();
        });
    int first = calls.get();
    kernel.await(calls::incrementAndGet);
    assertEquals(first, calls.get());
    assertTrue(kernel.isBegun());
  }
}
