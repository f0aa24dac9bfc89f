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
 * Checks that metadata account for every byte between a file's header and its footer: the parts
 * must follow each other without gaps, except for alignment padding.
 */
public final class FileBody {

  private record Part(String content, long offset, long length, int alignment) {}

  private final String resource;
  private final long start;
  private final long end;
  private final List<Part> parts = new ArrayList<>();

  /**
   * @param resource the file's name
   * @param start offset of the header's end
   * @param fileLength length of the file in bytes, with header and footer
   */
  public FileBody(String resource, long start, long fileLength) {
    this.resource = resource;
    this.start = start;
    this.end = fileLength - CodecUtil.footerLength();
  }

  /**
   * Adds a part.
   *
   * @param content description of the part, with the field's name
   * @param alignment the part starts at the first multiple of this number after the previous part
   * @throws CorruptIndexException if the part is not within the body
   */
  public void add(String content, long offset, long length, int alignment)
      throws CorruptIndexException {
    expectWithin(content, offset, length);
    parts.add(new Part(content, offset, length, alignment));
  }

  /**
   * Checks that a part lies between header and footer.
   *
   * @param content description of the part, with the field's name
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
   * Checks the file; must be called after all parts are added.
   *
   * @throws CorruptIndexException if parts overlap, or if bytes do not belong to a part
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
          "expected the footer at " + position + ", found the footer at " + end, resource);
    }
  }
}
