/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import java.io.IOException;
import java.util.Arrays;
import org.opensearch.core.xcontent.XContentParser;

/** Reads a vector of a document or a query and says exactly what is wrong with a bad one. */
public final class VectorParser {

  /** Stands for a dimension that is not known yet: a query is parsed before its field is. */
  public static final int ANY_DIMENSION = -1;

  private static final int SHOWN_CHARACTERS = 40;

  private final XContentParser parser;
  private final int expected;

  private float[] vector;
  private int length;
  private String problem;

  private VectorParser(XContentParser parser, int expected) {
    this.parser = parser;
    this.expected = expected;
    this.vector = new float[expected == ANY_DIMENSION ? 256 : expected];
  }

  /**
   * Reads the vector that the parser stands on. The parser is left at the value's last token, also
   * when the value is refused, so that the rest of a document can be read.
   *
   * @param parser stands on the value's first token
   * @param field the name for error messages
   * @param dimension the length that is expected, or {@link #ANY_DIMENSION}
   * @throws IllegalArgumentException if the value is not an array of that many finite numbers
   */
  public static float[] parse(XContentParser parser, String field, int dimension)
      throws IOException {
    VectorParser values = new VectorParser(parser, dimension);
    values.read();
    if (values.problem != null) {
      throw new IllegalArgumentException(
          "field ["
              + field
              + "] of type ["
              + QuantizedVectorFieldType.TYPE_NAME
              + "] expects an array of "
              + (dimension == ANY_DIMENSION ? "" : dimension + " ")
              + "numbers, got "
              + values.problem);
    }
    return Arrays.copyOf(values.vector, values.length);
  }

  private void read() throws IOException {
    XContentParser.Token first = parser.currentToken();
    if (first != XContentParser.Token.START_ARRAY) {
      problem = describe(first);
      parser.skipChildren();
      return;
    }
    for (XContentParser.Token token = parser.nextToken();
        token != XContentParser.Token.END_ARRAY;
        token = parser.nextToken()) {
      readElement(token);
    }
    if (problem == null && expected != ANY_DIMENSION && length != expected) {
      problem = length + " numbers";
    }
    if (problem == null && length == 0) {
      problem = "an empty array";
    }
  }

  private void readElement(XContentParser.Token token) throws IOException {
    if (token == XContentParser.Token.VALUE_NUMBER) {
      float value = parser.floatValue();
      if (Float.isFinite(value)) {
        add(value);
      } else {
        refuse("[" + shorten(parser.text()) + "], which is no finite 32 bit float,");
        length++;
      }
      return;
    }
    refuse(describe(token));
    length++;
    parser.skipChildren();
  }

  private void refuse(String what) {
    // The first problem is the one to tell; what follows may be its consequence.
    if (problem == null) {
      problem = what + " at index [" + length + "]";
    }
  }

  private void add(float value) {
    if (length == vector.length && expected == ANY_DIMENSION) {
      int max = QuantizedFlatVectorsFormat.MAX_DIMENSIONS;
      if (length == max && problem == null) {
        problem = "more than " + max + " numbers";
      }
      vector = Arrays.copyOf(vector, Math.min(max, 2 * length));
    }
    if (length < vector.length) {
      vector[length] = value;
    }
    length++;
  }

  private String describe(XContentParser.Token token) throws IOException {
    return switch (token) {
      case VALUE_NUMBER -> "the number [" + shorten(parser.text()) + "]";
      case VALUE_STRING -> "the string [" + shorten(parser.text()) + "]";
      case VALUE_BOOLEAN -> "the boolean [" + parser.text() + "]";
      case VALUE_NULL -> "null";
      case START_ARRAY -> "an array";
      case START_OBJECT -> "an object";
      default -> "the token [" + token + "]";
    };
  }

  private static String shorten(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
  }
}
