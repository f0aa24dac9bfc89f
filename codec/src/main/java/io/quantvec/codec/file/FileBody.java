/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;

/**
 * Accounts for every byte between a file's header and its footer: the parts that metadata name must
 * lie one behind the other, with nothing but the padding of their alignment in between.
 */
public final class FileBody {

  private record Part(String content, long offset, long length, int alignment) {}

  private final String resource;
  private final long start;
  private final long end;
  private final List<Part> parts = new ArrayList<>();

  /**
   * @param resource names the file
   * @param start where the header ends
   * @param fileLength bytes of the file, with header and footer
   */
  public FileBody(String resource, long start, long fileLength) {
    this.resource = resource;
    this.start = start;
    this.end = fileLength - CodecUtil.footerLength();
  }

  /**
   * Adds a part.
   *
   * @param content what it is, with the field's name
   * @param alignment its offset is a multiple of that, the next one behind the part before
   * @throws CorruptIndexException if it is not within the body
   */
  public void add(String content, long offset, long length, int alignment)
      throws CorruptIndexException {
    expectWithin(content, offset, length);
    parts.add(new Part(content, offset, length, alignment));
  }

  /**
   * Checks that a part lies between header and footer.
   *
   * @param content what it is, with the field's name
   * @throws CorruptIndexException if it does not
   */
  public void expectWithin(String content, long offset, long length) throws CorruptIndexException {
    if (offset < start || offset > end || length < 0 || length > end - offset) {
      throw new CorruptIndexException(
          content
              + ": expected bytes between "
              + start
              + " and "
              + end
              + ", found "
              + length
              + " bytes at "
              + offset,
          resource);
    }
  }

  /**
   * Must be called when all parts are known.
   *
   * @throws CorruptIndexException if parts overlap, or if bytes belong to none
   */
  public void expectComplete() throws CorruptIndexException {
    parts.sort(Comparator.comparingLong(Part::offset).thenComparingLong(Part::length));
    long position = start;
    for (Part part : parts) {
      long expected = (position + part.alignment - 1) / part.alignment * part.alignment;
      if (part.offset != expected) {
        throw new CorruptIndexException(
            part.content + ": expected to start at " + expected + ", found " + part.offset,
            resource);
      }
      position = part.offset + part.length;
    }
    if (position != end) {
      throw new CorruptIndexException(
          "expected the footer at " + position + ", found it at " + end, resource);
    }
  }
}
