/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.util.BytesRef;

/**
 * The bytes of a stored {@code _source} whose vectors are only in the segment's vector files.
 *
 * <ul>
 *   <li><b>byte</b> 1, with which no document starts
 *   <li><b>byte</b> version: 0 or 1. Version 1 has two forms more, in which each number keeps its
 *       kind; a source without these forms is of version 0
 *   <li><b>VInt</b> names of fields; as many <b>Strings</b>
 *   <li><b>VInt</b> vectors; for each of them, in the order of the text:
 *       <ul>
 *         <li><b>VInt</b> which name
 *         <li><b>VInt</b> how many documents before that of the source its own is: 0 unless it is
 *             in a nested object
 *         <li><b>byte</b> wire number of its {@link VectorForm}
 *         <li>only with {@link VectorForm#MIXED_NUMBERS}: {@link NumberKinds}
 *         <li><b>VInt</b> bytes of text between the vector before, or the start, and this one
 *       </ul>
 *   <li>the <b>bytes</b> of the text, less the vectors
 * </ul>
 *
 * <p>Strings and VInts are Lucene's. Nothing in it depends on the segment, so a merge copies it.
 */
public final class StrippedSource {

  /** A control character, which neither JSON nor any other content may start with. */
  private static final byte MARK = 1;

  /** Without {@link VectorForm#WHOLE_NUMBERS} and {@link VectorForm#MIXED_NUMBERS}. */
  private static final byte VERSION_START = 0;

  private static final byte VERSION_NUMBER_KINDS = 1;

  /** The newest version, which is also the newest that this code reads. */
  public static final byte VERSION_CURRENT = VERSION_NUMBER_KINDS;

  private StrippedSource() {}

  /**
   * One vector in a text.
   *
   * @param field the field's full name
   * @param documentsBefore how many documents before the source's own is the vector's
   * @param start where its text starts
   * @param end where its text ends, exclusively
   */
  public record Vector(
      String field, int documentsBefore, VectorSpelling spelling, int start, int end) {}

  /** Supplies the removed vectors. */
  @FunctionalInterface
  public interface Vectors {
    /**
     * The JSON text of a vector.
     *
     * @param field the field's full name
     * @param documentsBefore how many documents before the source's own is the vector's
     * @param spelling what the text is to look like
     */
    String text(String field, int documentsBefore, VectorSpelling spelling) throws IOException;
  }

  /** Whether vectors were removed from a stored source. */
  public static boolean isStripped(byte[] stored) {
    return stored.length > 0 && stored[0] == MARK;
  }

  /**
   * Removes vectors.
   *
   * @param vectors in the order of the text, not overlapping, at least one
   */
  public static BytesRef strip(BytesRef source, List<Vector> vectors) throws IOException {
    List<String> names = vectors.stream().map(Vector::field).distinct().toList();
    ByteBuffersDataOutput out = new ByteBuffersDataOutput();
    out.writeByte(MARK);
    out.writeByte(version(vectors));
    out.writeVInt(names.size());
    for (String name : names) {
      out.writeString(name);
    }
    out.writeVInt(vectors.size());
    int end = 0;
    for (Vector vector : vectors) {
      out.writeVInt(names.indexOf(vector.field));
      out.writeVInt(vector.documentsBefore);
      out.writeByte((byte) vector.spelling.form().wireNumber());
      if (vector.spelling.kinds() != null) {
        vector.spelling.kinds().writeTo(out);
      }
      out.writeVInt(vector.start - end);
      end = vector.end;
    }
    end = 0;
    for (Vector vector : vectors) {
      out.writeBytes(source.bytes, source.offset + end, vector.start - end);
      end = vector.end;
    }
    out.writeBytes(source.bytes, source.offset + end, source.length - end);
    return new BytesRef(out.toArrayCopy());
  }

  private static byte version(List<Vector> vectors) {
    boolean kinds = vectors.stream().anyMatch(vector -> isOfVersion1(vector.spelling.form()));
    return kinds ? VERSION_NUMBER_KINDS : VERSION_START;
  }

  private static boolean isOfVersion1(VectorForm form) {
    return form == VectorForm.WHOLE_NUMBERS || form == VectorForm.MIXED_NUMBERS;
  }

  /**
   * Puts the vectors back.
   *
   * @param stored bytes for which {@link #isStripped} holds
   * @return the document
   * @throws IOException if the bytes are no stripped source, or a vector cannot be found
   */
  public static byte[] restore(byte[] stored, Vectors vectors) throws IOException {
    ByteArrayDataInput in = new ByteArrayDataInput(stored, 1, stored.length - 1);
    byte version = in.readByte();
    if (version < VERSION_START || version > VERSION_CURRENT) {
      throw new IOException(
          "expected a stripped source of version "
              + VERSION_START
              + " to "
              + VERSION_CURRENT
              + ", found version "
              + version);
    }
    int nameCount = in.readVInt();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < nameCount; i++) {
      names.add(readName(in, stored.length));
    }
    int count = in.readVInt();
    List<Gap> gaps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      gaps.add(
          new Gap(
              names.get(in.readVInt()),
              in.readVInt(),
              readSpelling(in, version, stored.length),
              in.readVInt()));
    }
    int position = in.getPosition();
    long textBefore = 0;
    for (Gap gap : gaps) {
      textBefore += gap.textBefore;
      if (gap.textBefore < 0 || textBefore > stored.length - position) {
        throw new IOException(
            "expected at most "
                + (stored.length - position)
                + " bytes of text in a stripped source, found "
                + gap.textBefore
                + " before a vector");
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(stored.length);
    for (Gap gap : gaps) {
      out.write(stored, position, gap.textBefore);
      position += gap.textBefore;
      String text = vectors.text(gap.field, gap.documentsBefore, gap.spelling);
      out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
    out.write(stored, position, stored.length - position);
    return out.toByteArray();
  }

  private static VectorSpelling readSpelling(ByteArrayDataInput in, byte version, int end)
      throws IOException {
    VectorForm form = VectorForm.fromWireNumber(in.readByte());
    if (version == VERSION_START && isOfVersion1(form)) {
      throw new IOException("found form " + form + " in a stripped source of version " + version);
    }
    return new VectorSpelling(
        form, form == VectorForm.MIXED_NUMBERS ? NumberKinds.readFrom(in, end) : null);
  }

  /** Lucene's reader of Strings would allocate whatever length the bytes claim. */
  private static String readName(ByteArrayDataInput in, int end) throws IOException {
    int length = in.readVInt();
    if (length < 0 || length > end - in.getPosition()) {
      throw new IOException("found a name of " + length + " bytes in a stripped source of " + end);
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The position and form of a removed vector. */
  private record Gap(String field, int documentsBefore, VectorSpelling spelling, int textBefore) {}
}
