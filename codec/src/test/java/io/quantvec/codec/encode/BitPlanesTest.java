/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.CodeBlocks;
import io.quantvec.codec.calibration.SampleFit;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.transform.BitAllocation;
import io.quantvec.codec.transform.Transform;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes of random bits per component, packed plane by plane. */
class BitPlanesTest {

  private static final int IDENTITY = 0;

  /** A calibration whose scales do not matter. */
  private static Calibration calibration(int dimension, int blockSize, byte... bits) {
    float[] steps = new float[bits.length];
    Arrays.fill(steps, 1);
    return new Calibration(
        CalibrationMethod.RMS,
        Transform.of(IDENTITY, dimension, 0),
        new float[dimension],
        new CodeBlocks(blockSize, bits, steps),
        new SampleFit(1, 0, 0));
  }

  private static Calibration random(Random random) {
    int dimension = 1 + random.nextInt(200);
    int blockSize = new int[] {1, 3, 8, 16, 200}[random.nextInt(5)];
    byte[] bits = new byte[BitAllocation.blockCount(dimension, blockSize)];
    for (int block = 0; block < bits.length; block++) {
      bits[block] = (byte) random.nextInt(9);
    }
    Arrays.sort(bits);
    for (int i = 0; i < bits.length / 2; i++) {
      byte swap = bits[i];
      bits[i] = bits[bits.length - 1 - i];
      bits[bits.length - 1 - i] = swap;
    }
    bits[0] = (byte) Math.max(1, bits[0]);
    return calibration(dimension, blockSize, bits);
  }

  private static CalibratedSpace space(Calibration calibration) {
    int bytes = new BitPlanes(calibration).bytes();
    return new CalibratedSpace(
        new CodeLayout(Kind.PLANES, calibration.dimension(), bytes, CorrectionTerms.SHORT_FACTOR),
        calibration);
  }

  /** The calibration's bits of a component. */
  private static int bits(Calibration calibration, int d) {
    return calibration.bits()[d / calibration.blockSize()];
  }

  @Test
  void packingKeepsEveryCodeAndNothingElse() {
    Random random = new Random(1);
    int straddled = 0;
    for (int round = 0; round < 2_000; round++) {
      Calibration calibration = random(random);
      CalibratedSpace space = space(calibration);
      BitPlanes planes = space.planes();
      int dimension = calibration.dimension();
      int[] codes = new int[dimension];
      for (int d = 0; d < dimension; d++) {
        codes[d] = random.nextInt(1 << bits(calibration, d));
      }
      byte[] record = new byte[space.layout().recordLength()];
      Arrays.fill(record, (byte) 0xA5);
      space.pack(codes, record);
      int[] unpacked = new int[dimension];
      Arrays.fill(unpacked, -1);
      space.unpack(record, unpacked);
      assertArrayEquals(codes, unpacked);
      assertArrayEquals(spelledOut(calibration, codes), Arrays.copyOf(record, planes.bytes()));
      for (int i = planes.bytes(); i < record.length; i++) {
        assertEquals((byte) 0xA5, record[i], "the terms were overwritten");
      }
      int start = 0;
      for (int plane = 0; plane < planes.planes(); plane++) {
        straddled += plane > 0 && start % Long.SIZE != 0 ? 1 : 0;
        start += planes.width(plane);
      }
      assertEquals(calibration.codeBits(), planes.bits());
      assertEquals(planes.bits(), start);
    }
    assertTrue(straddled > 1_000, "few planes end within a lane: " + straddled);
  }

  /** The documented layout: highest bits of all components, then second highest, and so on. */
  private static byte[] spelledOut(Calibration calibration, int[] codes) {
    BitSet string = new BitSet();
    int slot = 0;
    for (int plane = 0; plane < 8; plane++) {
      for (int d = 0; d < codes.length; d++) {
        int bits = bits(calibration, d);
        if (bits > plane) {
          string.set(slot++, (codes[d] >> (bits - 1 - plane) & 1) == 1);
        }
      }
    }
    return Arrays.copyOf(string.toByteArray(), (slot + 7) / 8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void theLargestCodesComeBack(int bits) {
    for (int dimension : new int[] {1, 15, 16, 17, 33, 1_000}) {
      CalibratedSpace space = space(calibration(dimension, dimension, (byte) bits));
      int[] codes = new int[dimension];
      Arrays.fill(codes, (1 << bits) - 1);
      byte[] record = new byte[space.layout().recordLength()];
      space.pack(codes, record);
      int[] unpacked = new int[dimension];
      space.unpack(record, unpacked);
      assertArrayEquals(codes, unpacked);
      assertEquals((bits * dimension + 7) / 8, space.planes().bytes());
    }
  }

  @Test
  void componentsWithoutBitsTakeNoRoom() {
    CalibratedSpace space = space(calibration(20, 8, (byte) 3, (byte) 1, (byte) 0));
    assertEquals(32, space.planes().bits());
    assertEquals(4, space.layout().codeLength());
    assertEquals(16, space.planes().width(0));
    assertEquals(8, space.planes().width(1));
    assertEquals(0, space.bits(19));
    assertEquals(0f, space.middle(19));
  }

  @Test
  void risingBitsAndWrongLengthsAreRefused() {
    Calibration rising = calibration(16, 8, (byte) 1, (byte) 2);
    assertThrows(IllegalArgumentException.class, () -> new BitPlanes(rising));
    Calibration falling = calibration(16, 8, (byte) 2, (byte) 1);
    CodeLayout wrong = new CodeLayout(Kind.PLANES, 16, 4, CorrectionTerms.SHORT_FACTOR);
    assertThrows(IllegalArgumentException.class, () -> new CalibratedSpace(wrong, falling));
  }
}
