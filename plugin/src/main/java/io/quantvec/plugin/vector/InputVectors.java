/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeDecoder;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.plugin.settings.PluginNames;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/**
 * Converts the vectors of documents and queries to the floats that are indexed and searched. Codes
 * become exactly the floats to which the codec decodes them, so that the codec encodes the floats
 * to the same codes.
 */
public final class InputVectors {

  /** One byte of bits; its two lowest bits are the codes 0 and 1. */
  private static final byte[] ZERO_AND_ONE = {0b10};

  private final int dimension;
  private final SpaceType spaceType;
  private final VectorInput input;

  /** The value of each code, from the lowest one on; none for numbers. */
  private final float[] values;

  /**
   * @param dimension numbers in a vector
   * @param spaceType what makes vectors near
   * @param input what documents give
   */
  public InputVectors(int dimension, SpaceType spaceType, VectorInput input) {
    this.dimension = dimension;
    this.spaceType = spaceType;
    this.input = input;
    this.values =
        switch (input.type()) {
          case FLOAT -> new float[0];
          case INT8 -> values(CodeLayout.Kind.BYTES, everyByte());
          case BINARY -> values(CodeLayout.Kind.BITS, ZERO_AND_ONE);
        };
  }

  private static byte[] everyByte() {
    byte[] all = new byte[1 << Byte.SIZE];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (Byte.MIN_VALUE + i);
    }
    return all;
  }

  /**
   * The values to which the codec decodes codes.
   *
   * @param codes a code as it is stored
   */
  private float[] values(CodeLayout.Kind kind, byte[] codes) {
    int codeCount = kind == CodeLayout.Kind.BITS ? codes.length * Byte.SIZE : codes.length;
    CodeLayout layout = new CodeLayout(kind, codeCount, CorrectionTerms.FLOATS);
    CalibratedSpace space = new CalibratedSpace(layout, input.calibration(codeCount, spaceType));
    float[] decoded = new float[codeCount];
    new CodeDecoder(space).decode(Arrays.copyOf(codes, layout.recordLength()), decoded);
    return decoded;
  }

  /** Whether documents have codes instead of numbers. */
  boolean takesCodes() {
    return input.isCodes();
  }

  /**
   * A document's vector.
   *
   * @throws IllegalArgumentException if it is of another kind or length than the field's
   */
  float[] ofDocument(String field, GivenVector given) {
    UnaryOperator<String> problem = got -> documentProblem(field, got);
    if (given instanceof GivenVector.Floats && takesCodes()) {
      throw new IllegalArgumentException(problem.apply(given.describe()));
    }
    return floats(given, problem);
  }

  /**
   * A query's vector.
   *
   * @throws IllegalArgumentException if it is of another kind or length than the field takes
   */
  public float[] ofQuery(String field, GivenVector given) {
    UnaryOperator<String> problem =
        got -> "field [" + field + "] expects " + expectedOfQuery() + ", got " + got;
    if (given instanceof GivenVector.Floats && !takesNumbersInQueries()) {
      throw new IllegalArgumentException(problem.apply(given.describe()));
    }
    return floats(given, problem);
  }

  /** A vector as a document could give it, from the codes that it arrived as. */
  public GivenVector given(byte[] codes) {
    return switch (input.type()) {
      case FLOAT -> throw new IllegalStateException("numbers are no codes");
      case INT8 -> new GivenVector.Codes(codes);
      case BINARY -> new GivenVector.Bits(codes);
    };
  }

  /**
   * A query that asks for the neighbors of a stored vector: codes where documents give codes.
   *
   * @param stored the numbers that the codec makes of the vector
   */
  public GivenVector asQuery(float[] stored) {
    return switch (input.type()) {
      case FLOAT -> new GivenVector.Floats(stored);
      case INT8 -> {
        byte[] codes = new byte[stored.length];
        for (int d = 0; d < codes.length; d++) {
          codes[d] = (byte) (nearestCode(stored[d]) + Byte.MIN_VALUE);
        }
        yield new GivenVector.Codes(codes);
      }
      case BINARY -> {
        byte[] packed = new byte[stored.length / Byte.SIZE];
        for (int d = 0; d < stored.length; d++) {
          packed[d / Byte.SIZE] |=
              (byte) (nearestCode(stored[d]) << (Byte.SIZE - 1 - d % Byte.SIZE));
        }
        yield new GivenVector.Bits(packed);
      }
    };
  }

  /** A query that no space type refuses: along the first axis, as far as codes reach. */
  public GivenVector anyQuery() {
    float[] any = new float[dimension];
    any[0] = takesCodes() ? 0 : 1;
    for (float value : values) {
      any[0] = Math.abs(value) > Math.abs(any[0]) ? value : any[0];
    }
    return asQuery(any);
  }

  private int nearestCode(float value) {
    int nearest = 0;
    for (int code = 1; code < values.length; code++) {
      if (Math.abs(values[code] - value) < Math.abs(values[nearest] - value)) {
        nearest = code;
      }
    }
    return nearest;
  }

  /** The error message for a bad vector of a document. */
  String documentProblem(String field, String got) {
    return "field ["
        + field
        + "] of type ["
        + PluginNames.FIELD_TYPE
        + "] expects "
        + expectedOfDocument()
        + ", got "
        + got;
  }

  private String expectedOfDocument() {
    return switch (input.type()) {
      case FLOAT -> "an array of " + dimension + " numbers";
      case INT8 -> "an object whose [int8] is an array of " + wholeNumbers(dimension);
      case BINARY -> {
        int bytes = dimension / Byte.SIZE;
        yield "an object whose [binary] is a string of "
            + 2 * bytes
            + " hexadecimal digits or of base64 of "
            + bytes
            + " bytes, or an array of "
            + wholeNumbers(bytes);
      }
    };
  }

  private String expectedOfQuery() {
    if (!takesCodes()) {
      return "a [vector] of " + dimension + " numbers";
    }
    return "as [vector] "
        + expectedOfDocument()
        + (takesNumbersInQueries() ? ", or an array of " + dimension + " numbers" : "");
  }

  private static String wholeNumbers(int count) {
    return count + " whole numbers from -128 to 127";
  }

  /** Models define products of numbers with codes, but Hamming distances only between bits. */
  private boolean takesNumbersInQueries() {
    return switch (spaceType) {
      case COSINESIMIL, INNERPRODUCT -> true;
      case L2, HAMMING -> input.type() != VectorInput.Type.BINARY;
    };
  }

  private float[] floats(GivenVector given, UnaryOperator<String> problem) {
    VectorInput.Type type = input.type();
    boolean binary = type == VectorInput.Type.BINARY;
    float[] vector;
    if (given instanceof GivenVector.Floats floats) {
      vector = floats.values();
    } else if (given instanceof GivenVector.Codes codes && type == VectorInput.Type.INT8) {
      vector = ofCodes(codes.codes());
    } else if (given instanceof GivenVector.Bits bits && binary) {
      vector = ofBits(bits.packed());
    } else if (given instanceof GivenVector.BitText text && binary) {
      vector = ofBits(bytes(text.text(), got -> problem.apply(given.describe() + got)));
    } else {
      throw new IllegalArgumentException(problem.apply(given.describe()));
    }
    if (vector.length != dimension) {
      throw new IllegalArgumentException(problem.apply(given.describe()));
    }
    return vector;
  }

  private float[] ofCodes(byte[] codes) {
    float[] vector = new float[codes.length];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = values[codes[d] - Byte.MIN_VALUE];
    }
    return vector;
  }

  private float[] ofBits(byte[] packed) {
    float[] vector = new float[packed.length * Byte.SIZE];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = values[packed[d / Byte.SIZE] >> (Byte.SIZE - 1 - d % Byte.SIZE) & 1];
    }
    return vector;
  }

  /**
   * A byte has two hexadecimal digits. Padded base64 can have the same length, but then ends with
   * an equals sign.
   */
  private byte[] bytes(String text, UnaryOperator<String> problem) {
    int bytes = dimension / Byte.SIZE;
    boolean hex = text.length() == 2 * bytes && text.indexOf('=') < 0;
    byte[] packed;
    try {
      packed = hex ? HexFormat.of().parseHex(text) : decodePadded(text);
    } catch (IllegalArgumentException e) {
      String kind = hex ? "hexadecimal digits" : "base64";
      throw new IllegalArgumentException(
          problem.apply(", which are no " + kind + ": [" + MappingValues.shown(text) + "]"), e);
    }
    if (packed.length != bytes) {
      throw new IllegalArgumentException(
          problem.apply(", which is base64 of " + packed.length + " bytes"));
    }
    return packed;
  }

  /** The JDK's decoder accepts text without padding, such as digits of which one is missing. */
  private static byte[] decodePadded(String text) {
    if (text.length() % 4 != 0) {
      throw new IllegalArgumentException("base64 has four characters for three bytes");
    }
    return Base64.getDecoder().decode(text);
  }
}
