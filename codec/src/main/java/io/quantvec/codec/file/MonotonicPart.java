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
 * Where the numbers of a {@link DirectMonotonicWriter} lie. Its metadata are checked here before
 * Lucene's reader sees them: that one allocates what they ask for.
 *
 * @param offset in the file of the numbers
 * @param length bytes
 */
public record MonotonicPart(long offset, long length) {

  /** A block's minimum, slope, offset and bits. */
  private static final int BLOCK_BYTES = Long.BYTES + Float.BYTES + Long.BYTES + 1;

  /** Bits per number that Lucene packs; 0 stands for a straight line. */
  private static final int[] PACKED_BITS = {0, 1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64};

  /**
   * Reads the offset, the block shift, the blocks and the length.
   *
   * @param count numbers, more than 0
   * @throws CorruptIndexException if blocks do not fit into the metadata or into the part
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
          "expected " + blocks + " blocks of positions, found " + left + " bytes", meta);
    }
    long end = 0;
    for (long block = 0; block < blocks; block++) {
      meta.skipBytes(Long.BYTES + Float.BYTES);
      long start = meta.readLong();
      int bits = meta.readByte();
      if (Arrays.binarySearch(PACKED_BITS, bits) < 0 || start < 0) {
        throw new CorruptIndexException(
            "expected the bits and the offset of a block of positions, found "
                + bits
                + " and "
                + start,
            meta);
      }
      long numbers = Math.min(1L << shift, count - (block << shift));
      // An offset that overflows the sum is far behind every file's end.
      end = Math.max(end, bits == 0 ? 0 : Math.addExact(start, (numbers * bits + 7) / 8));
    }
    long length = meta.readLong();
    if (offset < 0 || length < end) {
      throw new CorruptIndexException(
          "expected "
              + end
              + " bytes of positions or more, found "
              + length
              + " bytes at "
              + offset,
          meta);
    }
    return new MonotonicPart(offset, length);
  }
}
