/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import io.quantvec.plugin.wire.WireNumbered;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * A vector as a document or a query gives it. Only the field knows what its numbers mean, and a
 * query is parsed before its field is known.
 */
public sealed interface GivenVector extends Writeable, ToXContentFragment {

  /** The key of int8 codes. */
  String INT8 = "int8";

  /** The key of bits. */
  String BINARY = "binary";

  /** How many numbers of a vector {@link #abbreviate} shows. */
  int SHOWN_NUMBERS = 3;

  /** How many characters of a text {@link #abbreviate} shows. */
  int SHOWN_CHARACTERS = 8;

  /**
   * The kinds.
   *
   * <p>Both kinds of bits have a dimension's bit at 7 - d % 8 of byte d / 8, as numpy's packbits.
   */
  enum Kind implements WireNumbered {
    FLOATS(0),
    CODES(1),
    BITS(2),
    BIT_TEXT(3);

    private final int wireNumber;

    Kind(int wireNumber) {
      this.wireNumber = wireNumber;
    }

    @Override
    public int wireNumber() {
      return wireNumber;
    }
  }

  /**
   * Numbers.
   *
   * @param values one for each dimension; not copied
   */
  record Floats(float[] values) implements GivenVector {

    @Override
    public String describe() {
      return values.length + " numbers";
    }

    @Override
    public String abbreviate() {
      return first(values.length, i -> Float.toString(values[i])) + " (" + describe() + ")";
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      WireNumbers.write(out, Kind.FLOATS);
      out.writeFloatArray(values);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
      builder.startArray();
      for (float value : values) {
        builder.value(value);
      }
      return builder.endArray();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Floats that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  /**
   * Codes of one signed byte per dimension.
   *
   * @param codes one for each dimension; not copied
   */
  record Codes(byte[] codes) implements GivenVector {

    @Override
    public String describe() {
      return codes.length + " codes as [" + INT8 + "]";
    }

    @Override
    public String abbreviate() {
      return first(codes.length, i -> Byte.toString(codes[i])) + " (" + describe() + ")";
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      WireNumbers.write(out, Kind.CODES);
      out.writeByteArray(codes);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
      return writeBytes(builder, INT8, codes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Codes that && Arrays.equals(codes, that.codes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(codes);
    }
  }

  /**
   * Bits, given as bytes.
   *
   * @param packed eight dimensions in each byte; not copied
   */
  record Bits(byte[] packed) implements GivenVector {

    @Override
    public String describe() {
      return packed.length + " bytes as [" + BINARY + "]";
    }

    @Override
    public String abbreviate() {
      return first(packed.length, i -> Byte.toString(packed[i])) + " (" + describe() + ")";
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      WireNumbers.write(out, Kind.BITS);
      out.writeByteArray(packed);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
      return writeBytes(builder, BINARY, packed);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bits that && Arrays.equals(packed, that.packed);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(packed);
    }
  }

  /**
   * Bits, given as text in hexadecimal digits or base64. Only the dimension tells which.
   *
   * @param text the text
   */
  record BitText(String text) implements GivenVector {

    @Override
    public String describe() {
      return "a string of " + text.length() + " characters as [" + BINARY + "]";
    }

    @Override
    public String abbreviate() {
      return text.substring(0, Math.min(text.length(), SHOWN_CHARACTERS))
          + "... ("
          + describe()
          + ")";
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      WireNumbers.write(out, Kind.BIT_TEXT);
      out.writeString(text);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
      return builder.startObject().field(BINARY, text).endObject();
    }
  }

  /** A description of the vector for error messages. */
  String describe();

  /**
   * Its beginning and what it is, for logs, for instance {@code [0.5, 0.25, 1.0, ...] (384
   * numbers)}.
   */
  String abbreviate();

  /** Reads what {@link #writeTo} wrote. */
  public static GivenVector readFrom(StreamInput in) throws IOException {
    return switch (WireNumbers.read(in, Kind.class)) {
      case FLOATS -> new Floats(in.readFloatArray());
      case CODES -> new Codes(in.readByteArray());
      case BITS -> new Bits(in.readByteArray());
      case BIT_TEXT -> new BitText(in.readString());
    };
  }

  private static String first(int length, IntFunction<String> number) {
    return IntStream.range(0, Math.min(length, SHOWN_NUMBERS))
        .mapToObj(number)
        .collect(Collectors.joining(", ", "[", length > SHOWN_NUMBERS ? ", ...]" : "]"));
  }

  private static XContentBuilder writeBytes(XContentBuilder builder, String key, byte[] bytes)
      throws IOException {
    // As numbers: the builder's own array of bytes would be base64.
    builder.startObject().startArray(key);
    for (byte code : bytes) {
      builder.value((int) code);
    }
    return builder.endArray().endObject();
  }
}
