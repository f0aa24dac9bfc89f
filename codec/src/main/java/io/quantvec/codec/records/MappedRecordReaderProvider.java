/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.records;

import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import org.apache.lucene.store.IndexInput;

/**
 * Makes readers that score in mapped memory without copying. The implementation is compiled for a
 * later Java than other classes. {@link java.util.ServiceLoader} finds it, so that an older Java
 * never loads it.
 */
public interface MappedRecordReaderProvider {

  /**
   * A reader over the whole input.
   *
   * @return null if the input is not a single range of mapped memory
   */
  RecordReader open(IndexInput input) throws IOException;

  /** The name of the kernels for logs and tests: for instance {@code panama-512}. */
  String name();
}
