/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import org.apache.lucene.util.BytesRef;
import org.opensearch.core.xcontent.XContentLocation;

/**
 * Finds vectors in the UTF-8 text of a JSON document by where a parser said that they are. Columns
 * are counted in bytes, as the parser of UTF-8 does; whatever does not look like a vector at the
 * place is not taken for one.
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
    int end =
        switch (form) {
          case NUMBERS, BARE_NUMBERS -> isArray(start, last, vector.length) ? last + 1 : NOT_FOUND;
          case BASE64 -> endOfString(start, form.ofNumbers(vector));
          case INT8_CODES, BINARY_BYTES, BINARY_HEX, BINARY_BASE64 ->
              at(start) == '{' && at(last) == '}' ? last + 1 : NOT_FOUND;
        };
    if (end == NOT_FOUND) {
      return null;
    }
    if (form == VectorForm.NUMBERS && !hasEmptyFraction(start, end)) {
      form = VectorForm.BARE_NUMBERS;
    }
    return new StrippedSource.Vector(field, documentsBefore, form, start, end);
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

  /** Whether an array of so many numbers, and nothing else, is between two brackets. */
  private boolean isArray(int start, int last, int length) {
    if (at(start) != '[' || at(last) != ']') {
      return false;
    }
    int commas = 0;
    for (int i = start + 1; i < last; i++) {
      byte next = at(i);
      if (next == ',') {
        commas++;
      } else if (!isOfNumber(next) && !isSpace(next)) {
        return false;
      }
    }
    return commas == length - 1;
  }

  private static boolean isOfNumber(byte next) {
    return (next >= '0' && next <= '9')
        || next == '.'
        || next == '-'
        || next == '+'
        || next == 'e'
        || next == 'E';
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

  /** Whether a number ends with .0, as programs write that know floats only. */
  private boolean hasEmptyFraction(int start, int end) {
    for (int i = start; i < end - 2; i++) {
      if (at(i) == '.' && at(i + 1) == '0') {
        byte next = at(i + 2);
        if (next == ',' || next == ']' || next <= ' ') {
          return true;
        }
      }
    }
    return false;
  }
}
