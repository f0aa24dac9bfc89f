/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.code;

/**
 * Where things lie in one vector's record: the code, and directly behind it the correction terms,
 * so that a score reads one contiguous run of bytes. All numbers are little-endian.
 *
 * <pre>
 * HALVES   2d bytes: IEEE half floats. No correction terms.
 * BYTES    d bytes: signed codes.                                       then f, g
 * NIBBLES  ceil(d/2) bytes: byte i holds dimension i in its low and
 *          dimension ceil(d/2) + i in its high four bits.               then f, g
 * BITS     ceil(d/8) bytes: bit i of byte j holds dimension 8j + i.     then f, g
 * </pre>
 *
 * f and g are 32 bit floats, see {@link VectorEncoder}. A code's last byte is padded with zero
 * bits; records follow each other without padding.
 *
 * @param kind how dimensions are packed
 * @param dimension dimensions a vector
 */
public record CodeLayout(Kind kind, int dimension) {

  /** How dimensions are packed; the wire numbers stand in index files and never change. */
  public enum Kind {
    /** IEEE half floats of the vector itself. */
    HALVES(1),
    /** Signed bytes. */
    BYTES(2),
    /** Two codes a byte. */
    NIBBLES(3),
    /** Eight codes a byte. */
    BITS(4);

    private final int wireNumber;

    Kind(int wireNumber) {
      this.wireNumber = wireNumber;
    }

    /** The number that stands for this kind in index files. */
    public int wireNumber() {
      return wireNumber;
    }

    /**
     * The kind of a wire number.
     *
     * @throws IllegalArgumentException if no kind has that number
     */
    public static Kind fromWireNumber(int wireNumber) {
      for (Kind kind : values()) {
        if (kind.wireNumber == wireNumber) {
          return kind;
        }
      }
      throw new IllegalArgumentException("unknown wire number of a code layout: " + wireNumber);
    }
  }

  /** Bytes of a code. */
  public int codeLength() {
    return switch (kind) {
      case HALVES -> dimension * Short.BYTES;
      case BYTES -> dimension;
      case NIBBLES -> (dimension + 1) / 2;
      case BITS -> (dimension + 7) / 8;
    };
  }

  /** Bytes of a record: the code and its correction terms. */
  public int recordLength() {
    return kind == Kind.HALVES ? codeLength() : codeLength() + 2 * Float.BYTES;
  }

  /** Bits a dimension. */
  public int bits() {
    return switch (kind) {
      case HALVES -> 16;
      case BYTES -> 8;
      case NIBBLES -> 4;
      case BITS -> 1;
    };
  }

  /** The value that lies half way between the smallest and the largest code. */
  public float middle() {
    return switch (kind) {
      case HALVES, BYTES -> 0f;
      case NIBBLES -> 7.5f;
      case BITS -> 0.5f;
    };
  }

  /** Where f stands in a record. */
  public int factorOffset() {
    return codeLength();
  }

  /** Where g stands in a record. */
  public int additiveOffset() {
    return codeLength() + Float.BYTES;
  }
}
