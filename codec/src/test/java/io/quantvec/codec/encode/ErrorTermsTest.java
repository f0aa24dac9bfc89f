/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Error terms in 16 bits: rounding may make a bound looser, never tighter. */
class ErrorTermsTest {

  private static float roundedUp(double value) {
    return CorrectionTerms.shortFloat(ErrorTerms.roundedUp(value));
  }

  @Test
  void errorsAreRoundedUpByARelativeAmount() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      double value = Math.scalb(1 + random.nextDouble(), random.nextInt(254) - 126);
      float found = roundedUp(value);
      assertTrue(found >= value, value + ": " + found);
      assertTrue(found <= value * (1 + 0x1p-8) || Float.isInfinite(found), value + ": " + found);
    }
  }

  @Test
  void representableErrorsAreStoredExactly() {
    for (int bits = 0; bits <= Float.floatToIntBits(Float.POSITIVE_INFINITY) >>> 15; bits++) {
      assertEquals((short) bits, ErrorTerms.roundedUp(CorrectionTerms.shortFloat((short) bits)));
    }
  }

  @Test
  void extremeErrorsAreRoundedUp() {
    assertEquals(0, roundedUp(0));
    assertTrue(roundedUp(Double.MIN_VALUE) > 0);
    assertTrue(roundedUp(1e-44) >= 1e-44);
    assertEquals(Float.POSITIVE_INFINITY, roundedUp(Float.MAX_VALUE));
    assertEquals(Float.POSITIVE_INFINITY, roundedUp(1e300));
    assertEquals(Float.POSITIVE_INFINITY, roundedUp(Double.NaN));
  }

  @Test
  void alignmentsAreRoundedDownAndClamped() {
    byte[] record = new byte[6];
    Random random = new Random(2);
    for (int i = 0; i < 10_000; i++) {
      double alignment = 2 * random.nextDouble();
      double stored = ErrorTerms.stored(alignment);
      assertTrue(stored <= alignment && stored >= alignment - 0x1p-14, alignment + ": " + stored);
      ErrorTerms.OF_CODE_AND_COPY.write(record, stored, 1, 2);
      short bits = (short) ((record[0] & 0xFF) | record[1] << 8);
      assertEquals(stored, ErrorTerms.alignment(bits));
    }
    assertEquals(0, ErrorTerms.stored(-1));
    assertTrue(ErrorTerms.stored(Double.POSITIVE_INFINITY) < 2);
    assertEquals(1, ErrorTerms.stored(1));
  }

  @Test
  void copyErrorsAreStoredIfTheLayoutHasThem() {
    assertFalse(ErrorTerms.OF_CODE.hasCopyError());
    assertTrue(ErrorTerms.OF_CODE_AND_COPY.hasCopyError());
    assertFalse(ErrorTerms.NONE.hasCopyError());
  }
}
