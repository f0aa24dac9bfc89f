/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

/**
 * The layout of one vector's record: the code, and directly after it the correction terms, so that
 * a score reads one contiguous run of bytes. All numbers are little-endian.
 *
 * <pre>
 * HALVES   2d bytes: IEEE half floats. No correction terms.
 * BYTES    d bytes: signed codes.                                       then terms
 * NIBBLES  ceil(d/2) bytes: byte i holds dimension i in its low and
 *          dimension ceil(d/2) + i in its high four bits.               then terms
 * BITS     ceil(d/8) bytes: bit i of byte j holds dimension 8j + i.     then terms
 * PLANES   a string of bits, plane by plane, see {@link BitPlanes}.     then terms
 * </pre>
 *
 * The terms are rescale and additive, see {@link CorrectionTerms}. A code's last byte is padded
 * with zero bits; records follow each other without padding.
 *
 * @param kind how dimensions are packed
 * @param dimension dimensions of a vector
 * @param codeLength bytes of a code
 * @param terms the correction terms after a code
 */
public record CodeLayout(Kind kind, int dimension, int codeLength, CorrectionTerms terms) {

  /** How dimensions are packed. Index files contain the wire numbers, which never change. */
  public enum Kind {
    /** IEEE half floats of the vector itself. */
    HALVES(1),
    /** Signed bytes. */
    BYTES(2),
    /** Two codes per byte. */
    NIBBLES(3),
    /** Eight codes per byte. */
    BITS(4),
    /** Bit planes of components that have different numbers of bits. */
    PLANES(5);

    private final int wireNumber;

    Kind(int wireNumber) {
      this.wireNumber = wireNumber;
    }

    /** The number of this kind in index files. */
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

  public CodeLayout {
    if ((kind == Kind.HALVES) != (terms == CorrectionTerms.NONE)) {
      throw new IllegalArgumentException("expected other terms for " + kind + ", got " + terms);
    }
    if (kind != Kind.PLANES && codeLength != fixedLength(kind, dimension)) {
      throw new IllegalArgumentException(
          "expected codes of "
              + fixedLength(kind, dimension)
              + " bytes for "
              + kind
              + " of dimension "
              + dimension
              + ", got "
              + codeLength);
    }
    if (codeLength < 0 || codeLength > 2 * dimension) {
      throw new IllegalArgumentException(
          "expected a code of 0 to " + 2 * dimension + " bytes, got " + codeLength);
    }
  }

  /** The layout of a kind whose codes follow from the dimension alone: any but PLANES. */
  public CodeLayout(Kind kind, int dimension, CorrectionTerms terms) {
    this(kind, dimension, fixedLength(kind, dimension), terms);
  }

  private static int fixedLength(Kind kind, int dimension) {
    return switch (kind) {
      case HALVES -> dimension * Short.BYTES;
      case BYTES -> dimension;
      case NIBBLES -> (dimension + 1) / 2;
      case BITS -> (dimension + 7) / 8;
      case PLANES ->
          throw new IllegalArgumentException("the length of PLANES depends on their calibration");
    };
  }

  /** Bytes of a record: the code and its correction terms. */
  public int recordLength() {
    return codeLength() + terms.length();
  }

  /** Bits per dimension, the same for all. */
  public int bits() {
    return switch (kind) {
      case HALVES -> 16;
      case BYTES -> 8;
      case NIBBLES -> 4;
      case BITS -> 1;
      case PLANES ->
          throw new IllegalStateException("the bits of PLANES differ between components");
    };
  }

  /** The offset of rescale in a record. */
  public int rescaleOffset() {
    return codeLength();
  }

  /** The offset of additive in a record. */
  public int additiveOffset() {
    return codeLength() + terms.rescaleLength();
  }
}
