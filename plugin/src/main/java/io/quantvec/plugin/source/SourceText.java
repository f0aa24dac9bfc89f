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
   * @return null if none is there
   */
  StrippedSource.Vector find(String field, int documentsBefore, VectorText place) {
    int start = offset(place.first());
    int last = offset(place.last());
    if (start == NOT_FOUND || last == NOT_FOUND || last < start) {
      return null;
    }
    int end =
        switch (text.bytes[text.offset + start]) {
          case '[' -> at(last) == ']' ? last + 1 : NOT_FOUND;
          case '{' -> at(last) == '}' ? last + 1 : NOT_FOUND;
          case '"' -> endOfString(start);
          default -> NOT_FOUND;
        };
    if (end == NOT_FOUND) {
      return null;
    }
    VectorForm form =
        place.form() == VectorForm.NUMBERS && !hasEmptyFraction(start, end)
            ? VectorForm.BARE_NUMBERS
            : place.form();
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

  private int endOfString(int start) {
    for (int i = start + 1; i < text.length; i++) {
      if (at(i) == '\\') {
        i++;
      } else if (at(i) == '"') {
        return i + 1;
      }
    }
    return NOT_FOUND;
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
