/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import java.util.List;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/** The encodings of Lucene's quantized format that the benchmarks compare with. */
public final class LuceneEncodings {

  /** All of the encodings, from the fewest bits to the most. */
  public static final List<ScalarEncoding> ALL =
      List.of(
          ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE,
          ScalarEncoding.DIBIT_QUERY_NIBBLE,
          ScalarEncoding.PACKED_NIBBLE,
          ScalarEncoding.SEVEN_BIT,
          ScalarEncoding.UNSIGNED_BYTE);

  private LuceneEncodings() {}

  /** The name that tables give an encoding. */
  public static String name(ScalarEncoding encoding) {
    return "lucene " + encoding.getBits() + " bit";
  }
}
