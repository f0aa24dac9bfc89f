/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.encode.CodeLayout.Kind;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The precision of correction terms in 16 bits and in floats. */
class CorrectionTermsTest {

  /** Half of the last bit of a fraction of 8 bits. */
  private static final double FACTOR_ERROR = 0x1p-9;

  private static final int MAX_BITS = Float.floatToIntBits(Float.MAX_VALUE) >>> 15;

  private static float factorOf(double factor) {
    byte[] record = new byte[8];
    CorrectionTerms.SHORT_FACTOR.write(record, 1, factor, 0, 0);
    return CorrectionTerms.SHORT_FACTOR.rescale(record, 1);
  }

  private static float additiveOf(double additive, double centroidLength) {
    byte[] record = new byte[8];
    CorrectionTerms.SHORTS.write(record, 1, 1, additive, centroidLength);
    return CorrectionTerms.SHORTS.additive(record, 1, centroidLength);
  }

  /** Magnitudes of all exponents of normal floats. */
  private static double[] magnitudes(int count) {
    Random random = new Random(1);
    return DoubleStream.generate(
            () ->
                Math.min(
                    Float.MAX_VALUE,
                    Math.scalb(1 + random.nextDouble(), random.nextInt(254) - 126)))
        .limit(count)
        .toArray();
  }

  @Test
  void shortFactorsKeepNineBits() {
    for (double factor : magnitudes(100_000)) {
      assertEquals(factor, factorOf(factor), FACTOR_ERROR * factor);
    }
    // The largest fraction rounds up into the next exponent.
    assertEquals(2f, factorOf(1.9999999));
  }

  @Test
  void shortFactorsOfEveryPatternAreRead() {
    float last = -1;
    for (int bits = 0; bits <= MAX_BITS; bits++) {
      float factor = CorrectionTerms.shortFloat((short) bits);
      assertTrue(factor > last && Float.isFinite(factor), "pattern " + bits + ": " + factor);
      assertEquals(factor, factorOf(factor));
      last = factor;
    }
  }

  @Test
  void extremeFactorsAreFinite() {
    assertEquals(0f, factorOf(0));
    assertEquals(Float.MAX_VALUE, factorOf(Float.MAX_VALUE), FACTOR_ERROR * Float.MAX_VALUE);
    assertEquals(factorOf(Float.MAX_VALUE), factorOf(1e300));
    assertEquals(factorOf(Float.MAX_VALUE), factorOf(Double.POSITIVE_INFINITY));
    assertEquals(Float.MIN_NORMAL, factorOf(Float.MIN_NORMAL));
    // Below the smallest normal float the error is absolute.
    for (float denormal : new float[] {Float.MIN_VALUE, 1e-42f, 1e-40f, 1.1e-38f}) {
      assertEquals(denormal, factorOf(denormal), (1 << 14) * (double) Float.MIN_VALUE);
    }
    assertEquals(0f, factorOf(1e-300));
  }

  /** The sign bit of a zero must not make a large number. */
  @Test
  void negativeZeroIsZero() {
    assertEquals(0f, factorOf(-0.0));
    assertEquals(0f, additiveOf(-0.0, 1));
    byte[] record = new byte[8];
    CorrectionTerms.FLOATS.write(record, 0, -0.0, -0.0, 1);
    assertEquals(0.0, CorrectionTerms.FLOATS.rescale(record, 0), 0.0);
    assertEquals(0.0, CorrectionTerms.FLOATS.additive(record, 0, 1), 0.0);
  }

  @Test
  void shortFactorsAreMonotonic() {
    double[] factors = magnitudes(50_000);
    Arrays.sort(factors);
    for (int i = 1; i < factors.length; i++) {
      assertTrue(factorOf(factors[i - 1]) <= factorOf(factors[i]));
      assertTrue(factorOf(factors[i]) <= factorOf(Math.nextUp((float) factors[i])));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, .731, 1e-30, 1e-44, 9.2e18, 3e38, 17})
  void fixedPointErrsByLessThanAUnit(double centroidLength) {
    Random random = new Random(2);
    // The result is a float, whose rounding counts as well.
    double unit = centroidLength / Short.MAX_VALUE + Math.ulp((float) centroidLength);
    double[] shares = random.doubles(10_000, -1, 1).sorted().toArray();
    float last = Float.NEGATIVE_INFINITY;
    for (double share : shares) {
      float found = additiveOf(share * centroidLength, centroidLength);
      assertEquals(share * centroidLength, found, unit);
      assertTrue(found >= last, "not monotonic at " + share);
      last = found;
    }
    float length = (float) centroidLength;
    assertEquals(length, additiveOf(centroidLength, centroidLength), Math.ulp(length));
    assertEquals(-length, additiveOf(-centroidLength, centroidLength), Math.ulp(length));
    assertEquals(0f, additiveOf(0, centroidLength));
    // Rounding may make an inner product a little larger than the product of the lengths.
    assertEquals(length, additiveOf(1.001 * centroidLength, centroidLength), Math.ulp(length));
    assertEquals(-length, additiveOf(-1e300, centroidLength), Math.ulp(length));
  }

  @Test
  void centroidOfLengthZeroGivesZero() {
    for (double additive : new double[] {0, 1, -1, 1e300}) {
      assertEquals(0f, additiveOf(additive, 0));
    }
  }

  @Test
  void floatsAreStoredExactly() {
    Random random = new Random(3);
    byte[] record = new byte[16];
    for (double magnitude : magnitudes(10_000)) {
      float factor = (float) magnitude;
      float additive = (float) (random.nextGaussian() * 1e10);
      CorrectionTerms.FLOATS.write(record, 3, factor, additive, 5);
      assertEquals(factor, CorrectionTerms.FLOATS.rescale(record, 3));
      assertEquals(additive, CorrectionTerms.FLOATS.additive(record, 3, 5));
      CorrectionTerms.SHORT_FACTOR.write(record, 3, factor, additive, 5);
      assertEquals(additive, CorrectionTerms.SHORT_FACTOR.additive(record, 3, 5));
    }
    CorrectionTerms.FLOATS.write(record, 0, 1e300, -1e300, 5);
    assertEquals(Float.MAX_VALUE, CorrectionTerms.FLOATS.rescale(record, 0));
    assertEquals(-Float.MAX_VALUE, CorrectionTerms.FLOATS.additive(record, 0, 5));
  }

  @ParameterizedTest
  @EnumSource(
      value = CorrectionTerms.class,
      names = {"FLOATS", "SHORT_FACTOR", "SHORTS"})
  void onlyTheTermsAreWritten(CorrectionTerms terms) {
    byte[] record = new byte[20];
    Arrays.fill(record, (byte) 77);
    terms.write(record, 5, 1.7, -.3, .9);
    for (int i = 0; i < record.length; i++) {
      if (i < 5 || i >= 5 + terms.length()) {
        assertEquals(77, record[i], terms + " wrote byte " + i);
      }
    }
  }

  @Test
  void termsDependOnKindAndSimilarity() {
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      boolean cosine = similarity == VectorSimilarityFunction.COSINE;
      CorrectionTerms few = cosine ? CorrectionTerms.SHORTS : CorrectionTerms.SHORT_FACTOR;
      assertEquals(CorrectionTerms.NONE, CorrectionTerms.of(Kind.HALVES, similarity, false));
      assertEquals(CorrectionTerms.FLOATS, CorrectionTerms.of(Kind.BYTES, similarity, false));
      for (Kind kind : new Kind[] {Kind.NIBBLES, Kind.BITS, Kind.PLANES}) {
        assertEquals(few, CorrectionTerms.of(kind, similarity, false));
        assertEquals(
            cosine ? CorrectionTerms.FLOATS : CorrectionTerms.PRECISE_ADDITIVE,
            CorrectionTerms.of(kind, similarity, true));
      }
    }
    for (CorrectionTerms terms : CorrectionTerms.values()) {
      assertEquals(terms, CorrectionTerms.fromWireNumber(terms.wireNumber()));
    }
    assertThrows(IllegalArgumentException.class, () -> CorrectionTerms.fromWireNumber(9));
  }
}
