/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.records;

import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.ServiceLoader;
import org.apache.lucene.store.IndexInput;

/** The choice of kernels, made once per JVM by the features of the JVM and the CPU. */
public final class RecordReaders {

  /** java.lang.foreign is final from this release on. */
  private static final int FIRST_JAVA_WITH_MAPPED_READERS = 22;

  private static final MappedRecordReaderProvider MAPPED = findMapped();

  private RecordReaders() {}

  private static MappedRecordReaderProvider findMapped() {
    if (Runtime.version().feature() < FIRST_JAVA_WITH_MAPPED_READERS) {
      return null;
    }
    return ServiceLoader.load(
            MappedRecordReaderProvider.class, MappedRecordReaderProvider.class.getClassLoader())
        .findFirst()
        .orElse(null);
  }

  /**
   * A reader of records, over mapped memory if the input is mapped.
   *
   * @param input the records, and {@link RecordReader#READABLE_BEHIND} bytes after them; the reader
   *     owns the input
   * @param recordLength bytes per record
   */
  public static RecordReader open(IndexInput input, int recordLength) throws IOException {
    RecordReader mapped = MAPPED == null ? null : MAPPED.open(input);
    return mapped == null ? new HeapRecordReader(input, recordLength) : mapped;
  }

  /**
   * A reader of records on the heap.
   *
   * @param records the records, and {@link RecordReader#READABLE_BEHIND} bytes after them; not
   *     copied
   */
  public static RecordReader ofHeap(byte[] records) {
    return new HeapRecordReader(records);
  }

  /** Whether kernels use the Vector API: this JVM has its module and a Java that supports it. */
  public static boolean hasVectorApi() {
    return kernels().startsWith("panama");
  }

  /** The kernels in use: for instance {@code panama-512}, {@code scalar-mapped} or {@code heap}. */
  public static String kernels() {
    return MAPPED == null ? "heap" : MAPPED.name();
  }
}
