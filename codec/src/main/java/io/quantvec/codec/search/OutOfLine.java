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
 * Calls code so that the JVM's compiler does not inline it. Each method between a search's thread
 * and its segment runs once or a few times per search, so that all of them are compiled at the same
 * time, and the compiler would copy the whole search, or the whole rescoring, into each one. In a
 * JVM that had just started on one core, these copies cost half of the compiler's time, and
 * searches ran at half their speed for several seconds.
 */
public final class OutOfLine {

  /** What is called. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
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
      throw new LinkageError("expected the method that is declared above", e);
    }
  }

  /** Runs it. */
  public static void run(Work work) throws IOException {
    try {
      handle.invokeExact(work);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("not declared", e);
    }
  }
}
