/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import io.quantvec.codec.Allocation;
import io.quantvec.codec.Precision;
import io.quantvec.codec.QuantizationConfig;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorsFormat;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * A row of the tables.
 *
 * @param name what the row is called
 * @param format a format without a graph
 * @param unitVectors whether cosine data are normalised and compared by inner product, which serves
 *     Lucene's formats better than their own cosine; data of other similarities have no such row
 */
record Candidate(String name, KnnVectorsFormat format, boolean unitVectors) {

  /** Bytes that Lucene's format adds to every code. */
  private static final int LUCENE_TERMS = 16;

  /** Bytes that ours adds to every code under cosine. */
  private static final int OUR_TERMS = 4;

  /**
   * Every row, in the order of the tables.
   *
   * @param dimension of the vectors, from which the budgets follow that take as many bytes a vector
   *     as Lucene's encodings
   */
  static List<Candidate> all(int dimension) {
    List<Candidate> candidates = new ArrayList<>();
    for (ScalarEncoding encoding :
        new ScalarEncoding[] {
          ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE,
          ScalarEncoding.DIBIT_QUERY_NIBBLE,
          ScalarEncoding.PACKED_NIBBLE,
          ScalarEncoding.SEVEN_BIT,
          ScalarEncoding.UNSIGNED_BYTE
        }) {
      candidates.add(lucene(encoding, false));
      candidates.add(lucene(encoding, true));
    }
    for (Precision precision : Precision.values()) {
      if (precision != Precision.BITS) {
        candidates.add(quantvec(precision.label(), new QuantizationConfig(precision)));
      }
    }
    for (Precision precision : new Precision[] {Precision.BINARY, Precision.INT4}) {
      candidates.add(
          quantvec(
              precision.label() + " uniform",
              new QuantizationConfig(precision, Allocation.UNIFORM)));
    }
    for (int bits : new int[] {1, 2, 4}) {
      int bytes = (dimension * bits + 7) / 8 + LUCENE_TERMS - OUR_TERMS;
      QuantizationConfig config =
          QuantizationConfig.ofBits(8.0 * bytes / dimension, Allocation.MIXED);
      candidates.add(quantvec("bytes of lucene " + bits + " bit", config));
    }
    // Further settings of ours are one line each: candidates.add(quantvec(NAME, CONFIGURATION)).
    return candidates;
  }

  private static Candidate lucene(ScalarEncoding encoding, boolean unitVectors) {
    String name = "lucene " + encoding.getBits() + " bit" + (unitVectors ? ", unit vectors" : "");
    return new Candidate(name, new Lucene104ScalarQuantizedVectorsFormat(encoding), unitVectors);
  }

  private static Candidate quantvec(String name, QuantizationConfig config) {
    return new Candidate("quantvec " + name, new QuantizedFlatVectorsFormat(config), false);
  }

  /** Whether the row makes sense for data of that similarity. */
  boolean suits(VectorSimilarityFunction similarity) {
    return !unitVectors || similarity == VectorSimilarityFunction.COSINE;
  }
}
