/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import java.util.Arrays;

/**
 * The layout of a code whose components differ in their bits: a string of bits, lowest bit of the
 * first byte first, plane by plane. The first plane holds the highest bit of every component in the
 * order of components, the second plane the second highest bit of the components that have two, and
 * so on. As bits fall from component to component, each plane covers a prefix of the components.
 */
public final class BitPlanes {

  /** Components that have a bit in a plane. */
  private final int[] widths;

  private final byte[] componentBits;
  private final int bits;

  /**
   * @throws IllegalArgumentException if bits rise from one block to the next
   */
  public BitPlanes(Calibration calibration) {
    byte[] blocks = calibration.bits();
    for (int block = 1; block < blocks.length; block++) {
      if (blocks[block] > blocks[block - 1]) {
        throw new IllegalArgumentException(
            "expected at most "
                + blocks[block - 1]
                + " bits in block "
                + block
                + ", got "
                + blocks[block]);
      }
    }
    this.componentBits = new byte[calibration.codeDimension()];
    for (int d = 0; d < componentBits.length; d++) {
      componentBits[d] = blocks[d / calibration.blockSize()];
    }
    this.widths = new int[blocks.length == 0 ? 0 : blocks[0]];
    int sum = 0;
    for (int plane = 0; plane < widths.length; plane++) {
      int width = 0;
      while (width < componentBits.length && componentBits[width] > plane) {
        width++;
      }
      widths[plane] = width;
      sum += width;
    }
    this.bits = sum;
  }

  /** Planes of a code: the bits of its first component, which has the most. */
  public int planes() {
    return widths.length;
  }

  /** Components that have a bit in a plane: a prefix of all. */
  public int width(int plane) {
    return widths[plane];
  }

  /** Bits of a component. */
  public int bits(int d) {
    return componentBits[d];
  }

  /** Bits of a code. */
  public int bits() {
    return bits;
  }

  /** Bytes of a code; the last byte may be used in part. */
  public int bytes() {
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** Packs one code per component. */
  void pack(int[] codes, byte[] record) {
    Arrays.fill(record, 0, bytes(), (byte) 0);
    int slot = 0;
    for (int plane = 0; plane < widths.length; plane++) {
      for (int d = 0; d < widths[plane]; d++, slot++) {
        record[slot >> 3] |=
            (byte) ((codes[d] >>> (componentBits[d] - 1 - plane) & 1) << (slot & 7));
      }
    }
  }

  /** Reads one code per component. */
  void unpack(byte[] record, int[] codes) {
    Arrays.fill(codes, 0);
    int slot = 0;
    for (int plane = 0; plane < widths.length; plane++) {
      for (int d = 0; d < widths[plane]; d++, slot++) {
        codes[d] |= (record[slot >> 3] >>> (slot & 7) & 1) << (componentBits[d] - 1 - plane);
      }
    }
  }
}
