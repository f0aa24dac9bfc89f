/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import io.quantvec.codec.file.FlatFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.ByteBuffersDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.ByteBuffersIndexInput;
import org.apache.lucene.store.ByteBuffersIndexOutput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * A serialized calibration outside of a segment: a header, the dimension, the bytes that segments
 * store, and a checksum.
 */
public final class CalibrationBytes {

  private static final String CODEC = "QuantvecCalibration";
  private static final int VERSION = 0;

  private CalibrationBytes() {}

  /** Serializes a calibration. Matrix entries take 2 bytes, other numbers 4. */
  public static byte[] write(Calibration calibration) {
    ByteBuffersDataOutput bytes = new ByteBuffersDataOutput();
    try (IndexOutput out = new ByteBuffersIndexOutput(bytes, CODEC, CODEC)) {
      CodecUtil.writeHeader(out, CODEC, VERSION);
      out.writeVInt(calibration.dimension());
      CalibrationSerializer.write(calibration, calibration.id(), out);
      CodecUtil.writeFooter(out);
    } catch (IOException e) {
      throw new AssertionError("writes to memory do not fail", e);
    }
    return bytes.toArrayCopy();
  }

  /**
   * Reads the result of {@link #write}. Never allocates more memory than the content of the bytes
   * needs.
   *
   * @param expectedId id that the calibration must have
   * @throws CorruptIndexException if the bytes are not that calibration; the message says what was
   *     expected
   */
  public static Calibration read(byte[] bytes, byte[] expectedId) throws IOException {
    try (IndexInput in =
        new ByteBuffersIndexInput(
            new ByteBuffersDataInput(List.of(ByteBuffer.wrap(bytes))), CODEC)) {
      CodecUtil.checksumEntireFile(in);
      CodecUtil.checkHeader(in, CODEC, VERSION, VERSION);
      int dimension = in.readVInt();
      if (dimension < 1 || dimension > FlatFiles.MAX_DIMENSIONS) {
        throw new CorruptIndexException(
            "expected a dimension of 1 to " + FlatFiles.MAX_DIMENSIONS + ", found " + dimension,
            in);
      }
      Calibration calibration = CalibrationSerializer.read(in, expectedId, dimension);
      long left = in.length() - CodecUtil.footerLength() - in.getFilePointer();
      if (left != 0) {
        throw new CorruptIndexException(
            "expected the end of a calibration, found " + left + " more bytes", in);
      }
      return calibration;
    }
  }
}
