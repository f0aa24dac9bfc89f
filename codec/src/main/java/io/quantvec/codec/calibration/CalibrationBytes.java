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
 * A calibration by itself, outside of any segment: a header, the dimension, what segments have of
 * it, and a checksum.
 */
public final class CalibrationBytes {

  private static final String CODEC = "QuantvecCalibration";
  private static final int VERSION = 0;

  private CalibrationBytes() {}

  /** The bytes: two a number of the matrix, and four a number of all else. */
  public static byte[] write(Calibration calibration) {
    ByteBuffersDataOutput bytes = new ByteBuffersDataOutput();
    try (IndexOutput out = new ByteBuffersIndexOutput(bytes, CODEC, CODEC)) {
      CodecUtil.writeHeader(out, CODEC, VERSION);
      out.writeVInt(calibration.dimension());
      CalibrationSerializer.write(calibration, calibration.id(), out);
      CodecUtil.writeFooter(out);
    } catch (IOException e) {
      throw new AssertionError("memory is written without errors", e);
    }
    return bytes.toArrayCopy();
  }

  /**
   * Reads what {@link #write} wrote. No more memory is taken than the bytes have content for.
   *
   * @param expectedId what the content must have as its id
   * @throws CorruptIndexException if the bytes are something else; the message says what was
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
