/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.lang.foreign.MemorySegment;

/** Readers over mapped memory: with the Vector API if the JVM has its module. */
public final class MappedRecordReaders {

  private static final boolean VECTOR_API =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private MappedRecordReaders() {}

  /** A reader over a segment of records. */
  public static RecordReader over(MemorySegment segment) {
    return VECTOR_API ? new PanamaRecordReader(segment) : new ScalarMappedRecordReader(segment);
  }

  /** The name of the kernels. */
  public static String name() {
    return VECTOR_API ? "panama-" + PanamaKernels.BITS : "scalar-mapped";
  }
}
