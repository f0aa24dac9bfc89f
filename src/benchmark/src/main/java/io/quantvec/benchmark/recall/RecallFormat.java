/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.index.LuceneEncodings;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.encode.CorrectionTerms;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorsFormat;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * A format without a graph, and its row in the tables.
 *
 * @param name the name of the row
 * @param format the format
 * @param stages what the format does before it writes
 * @param unitVectors whether vectors are normalized and compared by inner product. This suits
 *     Lucene's formats better than their own cosine. Only data for cosine have such rows
 * @param lucene the encoding of a Lucene row; null for Quantvec
 * @param rivals for a Quantvec row, the Lucene encodings with which it is compared at equal bytes
 */
record RecallFormat(
    String name,
    KnnVectorsFormat format,
    EncodingStages stages,
    boolean unitVectors,
    ScalarEncoding lucene,
    Set<ScalarEncoding> rivals) {

  /** Bytes that Lucene's format adds to each code. */
  private static final int LUCENE_TERMS = 16;

  /**
   * Returns every format, in the order of the tables.
   *
   * @param dimension of the vectors. The budgets that take as many bytes per vector as Lucene's
   *     encodings depend on it
   * @param similarity of the data. The bytes of Quantvec's correction terms depend on it
   */
  static List<RecallFormat> all(int dimension, VectorSimilarityFunction similarity) {
    List<RecallFormat> formats = new ArrayList<>();
    for (ScalarEncoding encoding : LuceneEncodings.ALL) {
      formats.add(lucene(encoding, false));
      if (similarity == VectorSimilarityFunction.COSINE) {
        formats.add(lucene(encoding, true));
      }
    }
    int planeTerms = CorrectionTerms.of(Kind.PLANES, similarity, false).length();
    int int8Bytes = dimension + CorrectionTerms.of(Kind.BYTES, similarity, false).length();
    List<RecallFormat> sameBytes = new ArrayList<>();
    Set<ScalarEncoding> aboveAnyBudget = EnumSet.noneOf(ScalarEncoding.class);
    Set<ScalarEncoding> aboveInt8 = EnumSet.noneOf(ScalarEncoding.class);
    for (ScalarEncoding encoding : LuceneEncodings.ALL) {
      int bytes = encoding.getDocPackedLength(dimension) + LUCENE_TERMS;
      double bits = (double) Byte.SIZE * (bytes - planeTerms) / dimension;
      if (bits <= QuantizationConfig.MAX_BITS) {
        sameBytes.add(
            quantvec(
                "bytes of " + LuceneEncodings.name(encoding),
                QuantizationConfig.ofBits(bits, Allocation.MIXED),
                Set.of(encoding)));
        continue;
      }
      aboveAnyBudget.add(encoding);
      if (int8Bytes <= bytes) {
        aboveInt8.add(encoding);
      }
    }
    for (Precision precision : Precision.values()) {
      // AUTO chooses one of the other budgets; AutoBenchmark shows which one.
      if (precision != Precision.BITS && precision != Precision.AUTO) {
        formats.add(
            quantvec(
                precision.label(),
                new QuantizationConfig(precision),
                precision == Precision.INT8 ? aboveInt8 : Set.of()));
      }
    }
    for (Precision precision : new Precision[] {Precision.BINARY, Precision.INT4}) {
      formats.add(
          quantvec(
              precision.label() + " uniform",
              new QuantizationConfig(precision, Allocation.UNIFORM),
              Set.of()));
    }
    formats.addAll(sameBytes);
    formats.add(
        quantvec(
            (int) QuantizationConfig.MAX_BITS + " bits",
            QuantizationConfig.ofBits(QuantizationConfig.MAX_BITS, Allocation.MIXED),
            aboveAnyBudget));
    // Another Quantvec row takes one line: quantvec(NAME, CONFIGURATION, Set.of()).
    return formats;
  }

  private static RecallFormat lucene(ScalarEncoding encoding, boolean unitVectors) {
    return new RecallFormat(
        LuceneEncodings.name(encoding) + (unitVectors ? ", unit vectors" : ""),
        new Lucene104ScalarQuantizedVectorsFormat(encoding),
        new LuceneStages(encoding),
        unitVectors,
        encoding,
        Set.of());
  }

  private static RecallFormat quantvec(
      String name, QuantizationConfig config, Set<ScalarEncoding> rivals) {
    return new RecallFormat(
        "quantvec " + name,
        new QuantizedFlatVectorsFormat(config),
        new QuantvecStages(config),
        false,
        null,
        rivals);
  }
}
