/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.contender;

import io.quantvec.benchmark.index.GraphSettings;
import io.quantvec.benchmark.index.JVectorIndex;
import io.quantvec.benchmark.index.LuceneEncodings;
import io.quantvec.benchmark.index.Rescoring;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/** All index formats that are compared, in the order of the tables. */
public final class Contenders {

  /** The row with which indexing times are compared. */
  public static final String BASELINE =
      LuceneEncodings.name(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE);

  private static final String NO_RESCORING = ", no rescoring";

  /**
   * The rows of a short run: the extremes and the middle of each library. They are built in this
   * order, and on a busy machine the run may leave out the last rows.
   */
  public static final List<String> SHORT_LIST =
      List.of(
          BASELINE,
          "quantvec int2",
          "quantvec binary",
          "quantvec int4",
          "lucene fp32",
          LuceneEncodings.name(ScalarEncoding.PACKED_NIBBLE),
          JVectorIndex.Form.PQ.rowName(),
          "quantvec int8",
          "quantvec int8" + NO_RESCORING);

  private Contenders() {}

  /** Returns all contenders. */
  public static List<Contender> all() {
    List<Contender> all = new ArrayList<>();
    all.add(
        new LuceneContender(
            SearchRow.Family.LUCENE_FP32,
            new Lucene99HnswVectorsFormat(GraphSettings.M, GraphSettings.EF_CONSTRUCTION),
            Map.of("lucene fp32", Rescoring.NONE)));
    for (ScalarEncoding encoding : LuceneEncodings.ALL.reversed()) {
      all.add(
          new LuceneContender(
              SearchRow.Family.LUCENE_QUANTIZED,
              new Lucene104HnswScalarQuantizedVectorsFormat(
                  encoding, GraphSettings.M, GraphSettings.EF_CONSTRUCTION),
              Map.of(LuceneEncodings.name(encoding), Rescoring.LUCENE)));
    }
    for (JVectorIndex.Form form : JVectorIndex.Form.values()) {
      all.add(new JVectorContender(form));
    }
    for (Precision precision :
        new Precision[] {
          Precision.FP16, Precision.INT8, Precision.INT4, Precision.INT2, Precision.BINARY
        }) {
      for (RerankPrecision copy : RerankPrecision.values()) {
        // Two precisions that need rescoring suffice to show what a coarser rerank copy costs.
        if (copy == RerankPrecision.FP32
            || precision == Precision.INT4
            || precision == Precision.BINARY) {
          all.add(quantvec(new QuantizationConfig(precision).withRerank(copy)));
        }
      }
    }
    return all;
  }

  private static Contender quantvec(QuantizationConfig config) {
    String name = "quantvec " + config.precision().label();
    Map<String, Rescoring> ways = new LinkedHashMap<>();
    if (config.rerank() == RerankPrecision.NONE) {
      ways.put(name + ", no copy", Rescoring.NONE);
    } else if (config.rerank() != RerankPrecision.FP32) {
      ways.put(name + ", copy " + config.rerank().label(), Rescoring.QUANTVEC);
    } else {
      ways.put(name, Rescoring.QUANTVEC);
      if (config.precision() == Precision.INT8 || config.precision() == Precision.INT4) {
        ways.put(name + NO_RESCORING, Rescoring.NONE);
      }
    }
    KnnVectorsFormat format =
        new QuantizedHnswVectorsFormat(config, GraphSettings.M, GraphSettings.EF_CONSTRUCTION);
    return new LuceneContender(SearchRow.Family.QUANTVEC, format, ways);
  }
}
