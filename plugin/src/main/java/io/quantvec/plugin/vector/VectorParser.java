/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.plugin.settings.PluginNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;

/** Reads a vector of a document or a query. Errors name the bad value and its index. */
public final class VectorParser {

  /** Elements after this one are counted but not kept. */
  private static final int MAX_LENGTH = QuantizedFlatVectorsFormat.MAX_DIMENSIONS;

  private static final int FIRST_LENGTH = 256;
  private static final int SHOWN_CHARACTERS = 40;

  private final XContentParser parser;
  private String problem;

  private VectorParser(XContentParser parser) {
    this.parser = parser;
  }

  /**
   * Reads the vector of a query, whose field is not known yet. The parser is left at the value's
   * last token.
   *
   * @param parser at the value's first token
   * @param field the name for error messages
   * @throws IllegalArgumentException if the value is neither an array of finite numbers nor an
   *     object of codes
   */
  public static GivenVector parseQuery(XContentParser parser, String field) throws IOException {
    VectorParser values = new VectorParser(parser);
    boolean object = parser.currentToken() == Token.START_OBJECT;
    GivenVector vector = values.read(FIRST_LENGTH);
    if (vector instanceof GivenVector.Floats floats && floats.values().length == 0) {
      values.refuse("an empty array");
    }
    if (values.problem != null) {
      throw new IllegalArgumentException(
          "field ["
              + field
              + "] of type ["
              + PluginNames.FIELD_TYPE
              + "] expects "
              + (object ? "an object of [int8] or [binary] codes" : "an array of numbers")
              + ", got "
              + values.problem);
    }
    return vector;
  }

  /**
   * Reads the vector of a document. The parser is left at the value's last token, also when the
   * value is refused, so that the rest of the document can be read.
   *
   * @param parser at the value's first token
   * @param field the name for error messages
   * @param vectors what the field takes
   * @param dimension the length to expect
   * @return the vector as it is indexed, and what it looked like
   * @throws IllegalArgumentException if the value is no vector that the field takes
   */
  public static DocumentVector parseDocument(
      XContentParser parser, String field, InputVectors vectors, int dimension) throws IOException {
    VectorParser values = new VectorParser(parser);
    boolean string = parser.currentToken() == Token.VALUE_STRING;
    if (string && vectors.takesCodes()) {
      // The string may happen to be base64 of floats, but the field takes codes.
      values.refuse(values.describe(Token.VALUE_STRING));
    }
    GivenVector vector = values.read(dimension);
    if (values.problem != null) {
      throw new IllegalArgumentException(vectors.documentProblem(field, values.problem));
    }
    return DocumentVector.of(vector, string, vectors.ofDocument(field, vector));
  }

  /** The vector; meaningless if there is a problem. */
  private GivenVector read(int expectedLength) throws IOException {
    Token first = parser.currentToken();
    return switch (first) {
      case START_ARRAY -> readFloats(expectedLength);
      case START_OBJECT -> readObject(expectedLength);
      case VALUE_STRING -> readBase64();
      default -> {
        refuse(describe(first));
        yield null;
      }
    };
  }

  /** Keeps the first problem, because later problems may follow from it. */
  private void refuse(String what) {
    if (problem == null) {
      problem = what;
    }
  }

  private GivenVector readFloats(int expectedLength) throws IOException {
    float[] values = new float[Math.min(expectedLength, MAX_LENGTH)];
    int length = 0;
    for (Token token = parser.nextToken(); token != Token.END_ARRAY; token = parser.nextToken()) {
      float value = 0;
      if (token == Token.VALUE_NUMBER) {
        value = parser.floatValue();
        if (!Float.isFinite(value)) {
          refuse(
              "["
                  + shorten(parser.text())
                  + "], which is no finite 32 bit float,"
                  + atIndex(length));
        }
      } else {
        refuse(describe(token) + atIndex(length));
        parser.skipChildren();
      }
      if (length == values.length) {
        values = Arrays.copyOf(values, longer(length));
      }
      if (length < MAX_LENGTH) {
        values[length] = value;
      }
      length++;
    }
    checkLength(length, "numbers");
    return new GivenVector.Floats(Arrays.copyOf(values, Math.min(length, MAX_LENGTH)));
  }

  /** Text is parsed several times faster than numbers: base64 of little-endian 32 bit floats. */
  private GivenVector readBase64() throws IOException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(parser.text());
    } catch (IllegalArgumentException e) {
      bytes = new byte[0];
    }
    float[] values = new float[bytes.length / Float.BYTES];
    if (values.length == 0 || bytes.length % Float.BYTES != 0) {
      refuse(describe(Token.VALUE_STRING));
    }
    checkLength(values.length, "numbers");
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    for (int d = 0; d < values.length; d++) {
      if (!Float.isFinite(values[d])) {
        refuse("[" + values[d] + "], which is no finite 32 bit float," + atIndex(d));
      }
    }
    return new GivenVector.Floats(values);
  }

  private static int longer(int length) {
    return Math.min(MAX_LENGTH, 2 * length);
  }

  private void checkLength(int length, String what) {
    if (length > MAX_LENGTH) {
      refuse("more than " + MAX_LENGTH + " " + what);
    }
  }

  private static String atIndex(int index) {
    return " at index [" + index + "]";
  }

  /** An object with one key, which says what codes it has. */
  private GivenVector readObject(int expectedLength) throws IOException {
    GivenVector vector = null;
    String key = null;
    for (Token token = parser.nextToken(); token != Token.END_OBJECT; token = parser.nextToken()) {
      if (token != Token.FIELD_NAME) {
        vector = readCodes(key, token, expectedLength);
        continue;
      }
      if (key != null) {
        refuse("an object with [" + key + "] and [" + parser.currentName() + "]");
      }
      key = parser.currentName();
    }
    if (key == null) {
      refuse("an empty object");
    }
    return vector;
  }

  private GivenVector readCodes(String key, Token token, int expectedLength) throws IOException {
    boolean binary = key.equals(GivenVector.BINARY);
    if (!binary && !key.equals(GivenVector.INT8)) {
      refuse("an object with [" + shorten(key) + "]");
    } else if (token == Token.START_ARRAY) {
      byte[] codes = readBytes(key, expectedLength);
      return binary ? new GivenVector.Bits(codes) : new GivenVector.Codes(codes);
    } else if (binary && token == Token.VALUE_STRING) {
      return new GivenVector.BitText(parser.text());
    } else {
      refuse(describe(token) + " as [" + key + "]");
    }
    parser.skipChildren();
    return null;
  }

  private byte[] readBytes(String key, int expectedLength) throws IOException {
    byte[] codes = new byte[Math.min(expectedLength, MAX_LENGTH)];
    int length = 0;
    for (Token token = parser.nextToken(); token != Token.END_ARRAY; token = parser.nextToken()) {
      byte code = 0;
      if (token == Token.VALUE_NUMBER) {
        double number = parser.doubleValue();
        code = (byte) number;
        if (code != number) {
          refuse(describe(token) + atIndex(length) + " of [" + key + "]");
        }
      } else {
        refuse(describe(token) + atIndex(length) + " of [" + key + "]");
        parser.skipChildren();
      }
      if (length == codes.length) {
        codes = Arrays.copyOf(codes, longer(length));
      }
      if (length < MAX_LENGTH) {
        codes[length] = code;
      }
      length++;
    }
    checkLength(length, "codes as [" + key + "]");
    return Arrays.copyOf(codes, Math.min(length, MAX_LENGTH));
  }

  private String describe(Token token) throws IOException {
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
