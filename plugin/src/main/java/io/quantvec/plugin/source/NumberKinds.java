/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import java.io.IOException;
import java.util.BitSet;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;

/**
 * Which numbers of a vector were written as whole numbers, and which with a fraction or an
 * exponent. Parsers give whole numbers and fractions different types.
 *
 * <ul>
 *   <li><b>VInt</b> numbers in the vector
 *   <li><b>VInt</b> runs, or 0 for a bitmap
 *   <li>runs: <b>VInt</b> length of each run but the last; the first run is of fractions and may be
 *       empty, and runs of fractions and of whole numbers take turns
 *   <li>bitmap: <b>byte</b> for every eight numbers, the first number in the lowest bit; a set bit
 *       stands for whole numbers
 * </ul>
 *
 * <p>The writer takes the smaller of the two: a few whole numbers among fractions are short runs.
 *
 * @param count numbers in the vector, at least 1
 * @param whole the indexes of whole numbers, all below {@code count}; not copied
 */
record NumberKinds(int count, BitSet whole) {

  /** Writes the shorter of the two forms. */
  void writeTo(ByteBuffersDataOutput out) throws IOException {
    out.writeVInt(count);
    ByteBuffersDataOutput runs = new ByteBuffersDataOutput();
    int runCount = writeRuns(runs);
    int bitmapBytes = bitmapBytes(count);
    if (runs.size() <= bitmapBytes) {
      out.writeVInt(runCount);
      runs.copyTo(out);
    } else {
      out.writeVInt(0);
      byte[] bits = new byte[bitmapBytes];
      byte[] set = whole.toByteArray();
      System.arraycopy(set, 0, bits, 0, set.length);
      out.writeBytes(bits, bits.length);
    }
  }

  /** Returns how many runs there are, the last one included, whose length is not written. */
  private int writeRuns(ByteBuffersDataOutput out) throws IOException {
    int runCount = 1;
    boolean inWhole = false;
    int start = 0;
    int end = runEnd(start, inWhole);
    while (end < count) {
      out.writeVInt(end - start);
      runCount++;
      start = end;
      inWhole = !inWhole;
      end = runEnd(start, inWhole);
    }
    return runCount;
  }

  private int runEnd(int start, boolean inWhole) {
    int end = inWhole ? whole.nextClearBit(start) : whole.nextSetBit(start);
    return end < 0 ? count : Math.min(end, count);
  }

  private static int bitmapBytes(int count) {
    return (count + Byte.SIZE - 1) / Byte.SIZE;
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param in an array of which this is a part
   * @param end where the array ends
   * @throws IOException if the bytes cannot be those of any vector
   */
  static NumberKinds readFrom(ByteArrayDataInput in, int end) throws IOException {
    int count = in.readVInt();
    int runs = in.readVInt();
    int needed = runs == 0 ? bitmapBytes(Math.max(count, 0)) : runs - 1;
    if (count < 1 || runs < 0 || needed > end - in.getPosition()) {
      throw new IOException(
          "expected the kinds of at least one number in at most "
              + (end - in.getPosition())
              + " bytes, found those of "
              + count
              + " numbers in "
              + runs
              + " runs");
    }
    if (runs == 0) {
      byte[] bits = new byte[needed];
      in.readBytes(bits, 0, bits.length);
      return new NumberKinds(count, BitSet.valueOf(bits));
    }
    BitSet whole = new BitSet();
    int start = 0;
    for (int run = 0; run < runs; run++) {
      int length = run == runs - 1 ? count - start : in.readVInt();
      if (length < 0 || length > count - start) {
        throw new IOException(
            "expected a run of at most " + (count - start) + " numbers, found " + length);
      }
      // Runs of whole numbers are the odd ones.
      if (run % 2 == 1) {
        whole.set(start, start + length);
      }
      start += length;
    }
    return new NumberKinds(count, whole);
  }
}
