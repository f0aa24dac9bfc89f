/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.QuantizationConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.junit.jupiter.api.Test;

/** Tests which rows there are, and their bytes. */
class RecallFormatTest {

  private static Map<String, RecallFormat> formats(
      int dimension, VectorSimilarityFunction similarity) {
    return RecallFormat.all(dimension, similarity).stream()
        .collect(Collectors.toMap(RecallFormat::name, Function.identity()));
  }

  private static double bits(RecallFormat candidate) {
    QuantizationConfig config = ((QuantvecStages) candidate.stages()).config();
    return config.bits();
  }

  @Test
  void budgetsAreLucenesBytesLessOurTerms() {
    Map<String, RecallFormat> cosine = formats(384, VectorSimilarityFunction.COSINE);
    assertEquals(8 * (48 + 16 - 4) / 384.0, bits(cosine.get("quantvec bytes of lucene 1 bit")));
    assertEquals(8 * (96 + 16 - 4) / 384.0, bits(cosine.get("quantvec bytes of lucene 2 bit")));
    assertEquals(8 * (192 + 16 - 4) / 384.0, bits(cosine.get("quantvec bytes of lucene 4 bit")));
    assertEquals(7, bits(cosine.get("quantvec 7 bits")));
    for (VectorSimilarityFunction similarity :
        List.of(
            VectorSimilarityFunction.EUCLIDEAN, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT)) {
      Map<String, RecallFormat> others = formats(384, similarity);
      assertEquals(8 * (48 + 16 - 6) / 384.0, bits(others.get("quantvec bytes of lucene 1 bit")));
      assertEquals(8 * (192 + 16 - 6) / 384.0, bits(others.get("quantvec bytes of lucene 4 bit")));
      assertFalse(others.containsKey("lucene 1 bit, unit vectors"));
    }
  }

  @Test
  void lucenesTwoBitsOfOddDimensionsArePadded() {
    // Two planes of 13 bytes.
    assertEquals(
        8 * (26 + 16 - 4) / 100.0,
        bits(formats(100, VectorSimilarityFunction.COSINE).get("quantvec bytes of lucene 2 bit")));
  }

  @Test
  void aRowStandsBesideTheEncodingsWhoseBytesItFits() {
    Map<String, RecallFormat> all = formats(384, VectorSimilarityFunction.COSINE);
    Set<ScalarEncoding> large = Set.of(ScalarEncoding.SEVEN_BIT, ScalarEncoding.UNSIGNED_BYTE);
    assertEquals(large, all.get("quantvec int8").rivals());
    assertEquals(large, all.get("quantvec 7 bits").rivals());
    assertEquals(
        Set.of(ScalarEncoding.PACKED_NIBBLE), all.get("quantvec bytes of lucene 4 bit").rivals());
    assertEquals(Set.of(), all.get("quantvec int4").rivals());
    assertEquals(ScalarEncoding.SEVEN_BIT, all.get("lucene 7 bit, unit vectors").lucene());
    assertEquals(Set.of(), all.get("lucene 7 bit, unit vectors").rivals());
  }

  @Test
  void inFewDimensionsTheLargestBudgetIsBesideMoreEncodings() {
    Map<String, RecallFormat> all = formats(20, VectorSimilarityFunction.COSINE);
    // 4 bits take 10 + 16 bytes: room for 8.8 bits per dimension, but not for 20 + 8 bytes.
    assertFalse(all.containsKey("quantvec bytes of lucene 4 bit"));
    assertTrue(all.get("quantvec 7 bits").rivals().contains(ScalarEncoding.PACKED_NIBBLE));
    assertFalse(all.get("quantvec int8").rivals().contains(ScalarEncoding.PACKED_NIBBLE));
  }
}
