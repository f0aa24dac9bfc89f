/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.records;

import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.ServiceLoader;
import org.apache.lucene.store.IndexInput;

/** The choice of kernels, made once a JVM by what it and the CPU have. */
public final class RecordReaders {

  /** java.lang.foreign is final from here on. */
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
   * A reader of records, in mapped memory if the input is.
   *
   * @param input the records, and {@link RecordReader#READABLE_BEHIND} bytes behind them; it
   *     belongs to the reader from here on
   * @param recordLength bytes a record
   */
  public static RecordReader open(IndexInput input, int recordLength) throws IOException {
    RecordReader mapped = MAPPED == null ? null : MAPPED.open(input);
    return mapped == null ? new HeapRecordReader(input, recordLength) : mapped;
  }

  /**
   * A reader of records on the heap.
   *
   * @param records the records, and {@link RecordReader#READABLE_BEHIND} bytes behind them; not
   *     copied
   */
  public static RecordReader ofHeap(byte[] records) {
    return new HeapRecordReader(records);
  }

  /** Whether this JVM was started with the module of the Vector API, and has a Java for it. */
  public static boolean hasVectorApi() {
    return kernels().startsWith("panama");
  }

  /** What scores mapped memory: {@code panama-512}, {@code scalar-mapped} or {@code heap}. */
  public static String kernels() {
    return MAPPED == null ? "heap" : MAPPED.name();
  }
}
