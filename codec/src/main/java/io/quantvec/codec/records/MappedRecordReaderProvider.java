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
 * later Java than the rest and is found by {@link java.util.ServiceLoader}, so that it is never
 * loaded where it could not run.
 */
public interface MappedRecordReaderProvider {

  /**
   * A reader over the whole input.
   *
   * @return null if the input is not one piece of mapped memory
   */
  RecordReader open(IndexInput input) throws IOException;

  /** What the kernels are made of, for logs and tests: for instance {@code panama-512}. */
  String name();
}
