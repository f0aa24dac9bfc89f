/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Gets a kernel compiled before its first search continues. Until the optimizing compiler has
 * produced machine code for a kernel, every operation of the Vector API is a method call that
 * allocates its result, and the kernel takes some hundred times as long. Searches at that speed
 * keep the core busy that the compiler needs, so that they stay slow for seconds. Instead, the
 * first search that needs the kernel calls it with little data until the compiler takes notice, and
 * then waits.
 *
 * <p>Results do not depend on it: the same kernels run before and after. Safe for use by many
 * threads, of which one calls and waits, and the others do not.
 */
public final class KernelCompilation {

  /**
   * HotSpot compiles a method with loops after 15,000 iterations and calls by default
   * (Tier4CompileThreshold). A call of a kernel makes about ten.
   */
  private static final int CALLS = 2_000;

  /** Calls after each wait: the compiler drops methods from its queue that nobody calls. */
  private static final int CALLS_PER_LOOK = 10;

  /** The fastest of ten calls takes a tenth of this once compiled, and 20 times this before. */
  private static final long COMPILED_NANOS = 2_000;

  /** The longest time to spend on one kernel: the compiler may have much else to do. */
  private static final long PATIENCE_NANOS = 1_000_000_000;

  private static final boolean POSSIBLE =
      !System.getProperty("java.vm.info", "").matches(".*(interpreted|emulated-client).*");

  private final AtomicBoolean begun = new AtomicBoolean();

  /** Creates the state of a kernel that nobody has called. */
  public KernelCompilation() {}

  /** Whether the JVM was started with its optimizing compiler. */
  public static boolean isPossible() {
    return POSSIBLE;
  }

  /** Whether a thread has called {@link #await}. */
  public boolean isBegun() {
    return begun.getPlain();
  }

  /**
   * Gets the kernel compiled, unless another call does that or did.
   *
   * @param call calls the kernel with data for two or more iterations of each of its loops, because
   *     the compiler omits code that has never run
   */
  public void await(Runnable call) {
    if (!begun.compareAndSet(false, true) || !POSSIBLE) {
      return;
    }
    long start = System.nanoTime();
    for (int i = 0; i < CALLS && System.nanoTime() - start < PATIENCE_NANOS; i++) {
      call.run();
    }
    while (System.nanoTime() - start < PATIENCE_NANOS && fastest(call) > COMPILED_NANOS) {
      // Leaves the core to the compiler, if there is only one.
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static long fastest(Runnable call) {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < CALLS_PER_LOOK; i++) {
      long start = System.nanoTime();
      call.run();
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return fastest;
  }
}
