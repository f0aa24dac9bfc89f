/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.apache.lucene.util.BytesRef;
import org.opensearch.core.xcontent.XContentLocation;

/**
 * Finds vectors in the UTF-8 text of a JSON document by the positions that a parser noted. Columns
 * count bytes, as in the parser. Text at a position that does not look like a vector is skipped.
 */
final class SourceText {

  private static final int NOT_FOUND = -1;

  private final BytesRef text;

  /** The last line that was looked up, and where it starts: places come in order. */
  private int line = 1;

  private int lineStart;

  SourceText(BytesRef text) {
    this.text = text;
  }

  /**
   * One vector.
   *
   * @param place in or behind the line of the vector before
   * @param vector what was read there
   * @return null if that is not there, or would not look the same when it is put back
   */
  StrippedSource.Vector find(String field, int documentsBefore, VectorText place, float[] vector) {
    int start = offset(place.first());
    int last = offset(place.last());
    if (start == NOT_FOUND || last == NOT_FOUND || last < start) {
      return null;
    }
    VectorForm form = place.form();
    VectorSpelling spelling =
        form == VectorForm.NUMBERS ? numbers(start, last, vector) : VectorSpelling.of(form);
    if (spelling == null) {
      return null;
    }
    int end =
        switch (form) {
          case NUMBERS -> last + 1;
          case BASE64 -> endOfString(start, form.ofNumbers(vector));
          case INT8_CODES, BINARY_BYTES, BINARY_HEX, BINARY_BASE64 ->
              at(start) == '{' && at(last) == '}' ? last + 1 : NOT_FOUND;
          case BARE_NUMBERS, WHOLE_NUMBERS, MIXED_NUMBERS ->
              throw new IllegalArgumentException("no parser tells the kinds of numbers: " + form);
        };
    return end == NOT_FOUND
        ? null
        : new StrippedSource.Vector(field, documentsBefore, spelling, start, end);
  }

  private byte at(int position) {
    return text.bytes[text.offset + position];
  }

  private int offset(XContentLocation location) {
    if (location.lineNumber < line) {
      line = 1;
      lineStart = 0;
    }
    while (line < location.lineNumber) {
      if (lineStart >= text.length) {
        return NOT_FOUND;
      }
      byte ended = at(lineStart++);
      // A carriage return with a line feed ends one line, as each of them alone does.
      boolean pair = ended == '\r' && lineStart < text.length && at(lineStart) == '\n';
      if (ended == '\n' || (ended == '\r' && !pair)) {
        line++;
      }
    }
    long offset = (long) lineStart + location.columnNumber - 1;
    return offset >= 0 && offset < text.length ? (int) offset : NOT_FOUND;
  }

  /**
   * How the numbers of an array are written.
   *
   * @return null if there is anything but this vector's numbers between the two brackets, or a
   *     whole number that would come back as a number of another type
   */
  private VectorSpelling numbers(int start, int last, float[] vector) {
    if (at(start) != '[' || at(last) != ']') {
      return null;
    }
    BitSet whole = new BitSet();
    int position = start;
    for (int d = 0; d < vector.length; d++) {
      int from = afterSpace(position + 1, last);
      int to = from;
      boolean isWhole = true;
      while (to < last && isOfNumber(at(to))) {
        isWhole &= at(to) == '-' || isDigit(at(to));
        to++;
      }
      if (to == from || (isWhole && !keepsWholeNumber(from, to, vector[d]))) {
        return null;
      }
      if (isWhole) {
        whole.set(d);
      }
      position = afterSpace(to, last);
      boolean isLast = d == vector.length - 1;
      if (isLast ? position != last : at(position) != ',') {
        return null;
      }
    }
    int wholeNumbers = whole.cardinality();
    if (wholeNumbers == 0) {
      return VectorSpelling.of(VectorForm.NUMBERS);
    }
    return wholeNumbers == vector.length
        ? VectorSpelling.of(VectorForm.WHOLE_NUMBERS)
        : new VectorSpelling(VectorForm.MIXED_NUMBERS, new NumberKinds(vector.length, whole));
  }

  private int afterSpace(int position, int last) {
    int after = position;
    while (after < last && isSpace(at(after))) {
      after++;
    }
    return after;
  }

  private boolean keepsWholeNumber(int from, int to, float value) {
    return NumberText.isWhole(value)
        && (to - from <= NumberText.MAX_INT_CHARACTERS
            || NumberText.keepsType(
                new String(text.bytes, text.offset + from, to - from, StandardCharsets.US_ASCII),
                value));
  }

  private static boolean isDigit(byte next) {
    return next >= '0' && next <= '9';
  }

  private static boolean isOfNumber(byte next) {
    return isDigit(next) || next == '.' || next == '-' || next == '+' || next == 'e' || next == 'E';
  }

  private static boolean isSpace(byte next) {
    return next == ' ' || next == '\n' || next == '\r' || next == '\t';
  }

  /** Where a string ends, if it is this one. Some programs write a slash with a backslash. */
  private int endOfString(int start, String quoted) {
    int position = start;
    for (int i = 0; i < quoted.length(); i++) {
      char expected = quoted.charAt(i);
      if (expected == '/' && position < text.length && at(position) == '\\') {
        position++;
      }
      if (position >= text.length || at(position) != expected) {
        return NOT_FOUND;
      }
      position++;
    }
    return position;
  }
}
