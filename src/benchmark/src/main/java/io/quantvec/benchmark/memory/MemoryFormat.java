/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.index.GraphSettings;
import io.quantvec.benchmark.index.LuceneEncodings;
import io.quantvec.benchmark.index.Rescoring;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * A format with one bit per dimension, whose memory is capped.
 *
 * @param name the name of the row
 * @param format the format, with a graph
 * @param rescoring how candidates are rescored
 */
record MemoryFormat(String name, KnnVectorsFormat format, Rescoring rescoring) {

  /** Returns Lucene's format, and Quantvec's with each rerank copy. */
  static List<MemoryFormat> all() {
    List<MemoryFormat> all = new ArrayList<>();
    ScalarEncoding oneBit = ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE;
    all.add(
        new MemoryFormat(
            LuceneEncodings.name(oneBit),
            new Lucene104HnswScalarQuantizedVectorsFormat(
                oneBit, GraphSettings.M, GraphSettings.EF_CONSTRUCTION),
            Rescoring.LUCENE));
    for (RerankPrecision copy : RerankPrecision.values()) {
      all.add(
          new MemoryFormat(
              "quantvec binary, copy " + copy.label(),
              new QuantizedHnswVectorsFormat(
                  new QuantizationConfig(Precision.BINARY).withRerank(copy),
                  GraphSettings.M,
                  GraphSettings.EF_CONSTRUCTION),
              copy == RerankPrecision.NONE ? Rescoring.NONE : Rescoring.QUANTVEC));
    }
    return all;
  }

  /** Returns the format of a name. */
  static MemoryFormat named(String name) {
    return all().stream()
        .filter(format -> format.name.equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("unknown format [" + name + "]"));
  }
}
