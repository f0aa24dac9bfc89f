/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.packed.DirectMonotonicWriter;

/**
 * The location of the numbers that a {@link DirectMonotonicWriter} wrote. The metadata are checked
 * here before Lucene's reader uses them, because Lucene's reader allocates memory according to
 * unchecked metadata.
 *
 * @param offset offset in the data file
 * @param length length in bytes
 */
public record MonotonicPart(long offset, long length) {

  /** Bytes of a block's metadata: minimum, slope, offset and bits per number. */
  private static final int BLOCK_BYTES = Long.BYTES + Float.BYTES + Long.BYTES + 1;

  /**
   * Numbers of bits that Lucene packs a number into; 0 means all numbers lie on the block's line.
   */
  private static final int[] PACKED_BITS = {0, 1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64};

  /**
   * Reads the offset, the block shift, the blocks and the length.
   *
   * @param count number of numbers, above 0
   * @throws CorruptIndexException if the blocks exceed the metadata or the part
   */
  public static MonotonicPart read(IndexInput meta, long count) throws IOException {
    long offset = meta.readLong();
    int shift = meta.readVInt();
    if (shift < DirectMonotonicWriter.MIN_BLOCK_SHIFT
        || shift > DirectMonotonicWriter.MAX_BLOCK_SHIFT) {
      throw new CorruptIndexException(
          "expected a block shift of "
              + DirectMonotonicWriter.MIN_BLOCK_SHIFT
              + " to "
              + DirectMonotonicWriter.MAX_BLOCK_SHIFT
              + ", found "
              + shift,
          meta);
    }
    long blocks = (count - 1 >>> shift) + 1;
    long left = meta.length() - meta.getFilePointer();
    if (blocks > left / BLOCK_BYTES) {
      throw new CorruptIndexException(
          "expected metadata of " + blocks + " blocks of offsets, found " + left + " bytes", meta);
    }
    long end = 0;
    for (long block = 0; block < blocks; block++) {
      meta.skipBytes(Long.BYTES + Float.BYTES);
      long start = meta.readLong();
      int bits = meta.readByte();
      if (Arrays.binarySearch(PACKED_BITS, bits) < 0 || start < 0) {
        throw new CorruptIndexException(
            "expected a block of offsets with valid bits per number and start, found "
                + bits
                + " bits and start "
                + start,
            meta);
      }
      long numbers = Math.min(1L << shift, count - (block << shift));
      // A sum that overflows is far beyond the end of any file.
      end = Math.max(end, bits == 0 ? 0 : Math.addExact(start, (numbers * bits + 7) / 8));
    }
    long length = meta.readLong();
    if (offset < 0 || length < end) {
      throw new CorruptIndexException(
          "expected at least " + end + " bytes of offsets, found " + length + " bytes at " + offset,
          meta);
    }
    return new MonotonicPart(offset, length);
  }
}
