/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BitAllocationTest {

  private static final IntToDoubleFunction HARMONIC = i -> 1.0 / (1 + i);
  private static final IntToDoubleFunction GEOMETRIC = i -> Math.pow(.97, i);

  @Test
  void agreesWithTheReferenceImplementation() {
    assertEquals("633222111111000000000000", allocate(HARMONIC, 384, 16, 1));
    assertEquals("744333222222111111111111", allocate(HARMONIC, 384, 16, 2));
    assertEquals("522111000000000000000000", allocate(HARMONIC, 384, 16, .5));
    assertEquals("866555444444433333333333", allocate(HARMONIC, 384, 16, 4));
    assertEquals("3321000", allocate(GEOMETRIC, 100, 16, 1.58));
    assertEquals("8877666", allocate(GEOMETRIC, 100, 16, 7));
    assertEquals("4322", allocate(GEOMETRIC, 100, 32, 3));
    assertEquals("2100000", allocate(GEOMETRIC, 100, 16, .5));
  }

  private static String allocate(
      IntToDoubleFunction spectrum, int dimension, int blockSize, double bitsPerDimension) {
    double[] eigenvalues = IntStream.range(0, dimension).mapToDouble(spectrum).toArray();
    double sum = IntStream.range(0, dimension).mapToDouble(spectrum).sum();
    for (int d = 0; d < dimension; d++) {
      eigenvalues[d] /= sum;
    }
    int budget = BitAllocation.budget(bitsPerDimension, dimension);
    StringBuilder digits = new StringBuilder();
    for (byte b : BitAllocation.allocate(eigenvalues, blockSize, budget)) {
      digits.append(b);
    }
    return digits.toString();
  }

  @Test
  void allocatesSmallSpectraAsComputedByHand() {
    // Equal dimensions share the budget evenly, and the first blocks get the remainder.
    assertArrayEquals(
        new byte[] {2, 2, 1, 1}, BitAllocation.allocate(new double[] {1, 1, 1, 1}, 1, 6));
    // A single dimension with variance gets the maximum of 8 bits; the other dimensions share the
    // rest.
    assertArrayEquals(new byte[] {8, 1, 1}, BitAllocation.allocate(new double[] {1, 0, 0}, 1, 10));
    // The first bit gains 0.6366 times the block's weight, the second 0.2446 times. So a block of
    // 0.40 times the weight gets its first bit before the other block gets its second bit, and a
    // block of 0.38 times the weight does not.
    double above = Math.pow(.40, 2 / 3.0);
    double below = Math.pow(.38, 2 / 3.0);
    assertArrayEquals(new byte[] {1, 1}, BitAllocation.allocate(new double[] {1, above}, 1, 2));
    assertArrayEquals(new byte[] {2, 0}, BitAllocation.allocate(new double[] {1, below}, 1, 2));
    // The gain is per dimension, but a shorter last block never gets more bits than the block
    // before.
    assertArrayEquals(
        new byte[] {1, 1}, BitAllocation.allocate(new double[] {1, 1, 1, 1, 1}, 4, 8));
  }

  @Test
  void staysWithinAnyBudget() {
    SplittableRandom random = new SplittableRandom(4);
    for (int run = 0; run < 300; run++) {
      int dimension = 1 + random.nextInt(200);
      int blockSize = 1 + random.nextInt(40);
      double decay = random.nextDouble() * .2;
      double[] eigenvalues = new double[dimension];
      for (int d = 0; d < dimension; d++) {
        eigenvalues[d] = random.nextInt(20) == 0 ? 0 : Math.exp(-decay * d);
      }
      int budget = BitAllocation.budget(.5 + 6.5 * random.nextDouble(), dimension);
      if (budget < Math.min(blockSize, dimension)) {
        continue;
      }
      byte[] bits = BitAllocation.allocate(eigenvalues, blockSize, budget);
      assertTrue(bits[0] >= 1);
      int spent = 0;
      for (int block = 0; block < bits.length; block++) {
        assertTrue(bits[block] >= 0 && bits[block] <= 8);
        assertTrue(block == 0 || bits[block] <= bits[block - 1]);
        spent += bits[block] * Math.min(blockSize, dimension - block * blockSize);
      }
      assertTrue(spent <= budget, spent + " of " + budget);
      assertTrue(spent > budget - blockSize || bits[bits.length - 1] > 0, "unused budget");
    }
  }

  @Test
  void roundsAndChecksBudgets() {
    assertEquals(608, BitAllocation.budget(Math.log(3) / Math.log(2), 384));
    assertEquals(1, BitAllocation.budget(.5, 1));
    assertThrows(IllegalArgumentException.class, () -> BitAllocation.budget(Double.NaN, 8));
    assertThrows(IllegalArgumentException.class, () -> BitAllocation.budget(9, 8));
    assertThrows(IllegalArgumentException.class, () -> BitAllocation.budget(1, 0));
    assertThrows(
        IllegalArgumentException.class, () -> BitAllocation.allocate(new double[] {1, 1, 1}, 2, 1));
  }
}
