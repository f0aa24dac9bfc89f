/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;

/**
 * Calls a segment's search so that the JVM's compiler does not inline it. Each method between a
 * search's thread and its segment runs once per search, so that all of them are compiled at the
 * same time, and the compiler would copy the whole search into each one. In a JVM that had just
 * started on one core, these copies cost half of the compiler's time, and searches ran at half
 * their speed for several seconds.
 */
final class OutOfLineSearch {

  /** A segment's search, as {@link org.apache.lucene.codecs.KnnVectorsReader} has it. */
  @FunctionalInterface
  interface Search {
    void run(String field, float[] target, KnnCollector collector, AcceptDocs acceptDocs)
        throws IOException;
  }

  /** Not final, because the compiler inlines calls by a handle that cannot change. */
  private static MethodHandle handle = find();

  private OutOfLineSearch() {}

  private static MethodHandle find() {
    try {
      return MethodHandles.lookup()
          .findVirtual(
              Search.class,
              "run",
              MethodType.methodType(
                  void.class, String.class, float[].class, KnnCollector.class, AcceptDocs.class));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("expected the method that is declared above", e);
    }
  }

  static void run(
      Search search, String field, float[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    try {
      handle.invokeExact(search, field, target, collector, acceptDocs);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("not declared", e);
    }
  }
}
