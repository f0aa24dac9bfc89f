/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Calls code in a way that the JIT compiler does not inline. Each method between a search's thread
 * and its segment runs once or a few times per search. All of these methods are therefore compiled
 * at the same time, and the compiler would inline the whole search, or the whole rescoring, into
 * each of them. In a JVM that had just started on one core, this inlining took half of the
 * compiler's time, and searches ran at half their speed for several seconds.
 */
public final class OutOfLine {

  /** The code to call. */
  @FunctionalInterface
  public interface Work {
    /** Runs the code. */
    void run() throws IOException;
  }

  /** Not final, because the compiler inlines calls by a handle that cannot change. */
  private static MethodHandle handle = find();

  private OutOfLine() {}

  private static MethodHandle find() {
    try {
      return MethodHandles.lookup()
          .findVirtual(Work.class, "run", MethodType.methodType(void.class));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot find method run of " + Work.class, e);
    }
  }

  /** Runs code without inlining it into the caller. */
  public static void run(Work work) throws IOException {
    try {
      handle.invokeExact(work);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("unexpected checked exception", e);
    }
  }
}
