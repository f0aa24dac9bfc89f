/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import io.quantvec.codec.file.Corruption;
import io.quantvec.codec.transform.BitAllocation;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.Transform;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.DataOutput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.StringHelper;

/**
 * Reads and writes calibrations in the format that {@link
 * io.quantvec.codec.QuantizedFlatVectorsFormat} specifies.
 */
public final class CalibrationSerializer {

  private CalibrationSerializer() {}

  /**
   * Writes a calibration.
   *
   * @param id the calibration's id; a parameter because it is expensive to compute: a hash of the
   *     matrix
   */
  public static void write(Calibration calibration, byte[] id, DataOutput out) throws IOException {
    out.writeBytes(id, id.length);
    out.writeByte((byte) calibration.method().wireNumber());
    out.writeVInt(calibration.sampleSize());
    out.writeByte((byte) calibration.transform().wireNumber());
    out.writeLong(calibration.transform().seed());
    out.writeVInt(calibration.dimension());
    out.writeVInt(calibration.codeDimension());
    if (calibration.transform() instanceof DenseTransform dense) {
      float[] row = new float[calibration.dimension()];
      for (int i = 0; i < calibration.codeDimension(); i++) {
        dense.copyRow(i, row);
        for (float value : row) {
          out.writeShort(Float.floatToFloat16(value));
        }
      }
    }
    out.writeVInt(calibration.blockSize());
    out.writeBytes(calibration.bits(), calibration.bits().length);
    writeFloats(calibration.steps(), out);
    writeFloats(calibration.centroid(), out);
    out.writeInt(Float.floatToIntBits(calibration.expectedError()));
    out.writeInt(Float.floatToIntBits(calibration.clipRate()));
    out.writeLong(calibration.learnedAt());
  }

  private static void writeFloats(float[] values, DataOutput out) throws IOException {
    for (float value : values) {
      out.writeInt(Float.floatToIntBits(value));
    }
  }

  /**
   * Reads a calibration. Does not allocate memory before the stored dimension is checked.
   *
   * @param in positioned at the calibration
   * @param expectedId the calibration's id in the metadata
   * @param dimension the field's dimension
   * @throws CorruptIndexException if the bytes are not that calibration
   */
  public static Calibration read(IndexInput in, byte[] expectedId, int dimension)
      throws IOException {
    checkId(in, expectedId);
    try {
      CalibrationMethod method = CalibrationMethod.fromWireNumber(in.readByte());
      int sampleSize = in.readVInt();
      int transformNumber = in.readByte();
      long seed = in.readLong();
      int storedDimension = in.readVInt();
      if (storedDimension != dimension) {
        throw new CorruptIndexException(
            "expected a calibration of dimension " + dimension + ", found " + storedDimension, in);
      }
      int codeDimension = in.readVInt();
      if (codeDimension < 1 || codeDimension > dimension) {
        throw new CorruptIndexException(
            "expected codes of 1 to " + dimension + " components, found " + codeDimension, in);
      }
      Transform transform =
          transformNumber == DenseTransform.WIRE_NUMBER
              ? readMatrix(in, dimension, codeDimension)
              : Transform.of(transformNumber, dimension, seed);
      int blockSize = in.readVInt();
      byte[] bits = new byte[BitAllocation.blockCount(codeDimension, blockSize)];
      in.readBytes(bits, 0, bits.length);
      float[] steps = new float[bits.length];
      in.readFloats(steps, 0, steps.length);
      float[] centroid = new float[dimension];
      in.readFloats(centroid, 0, centroid.length);
      float expectedError = Float.intBitsToFloat(in.readInt());
      float clipRate = Float.intBitsToFloat(in.readInt());
      Calibration calibration =
          new Calibration(
              method,
              transform,
              centroid,
              new CodeBlocks(blockSize, bits, steps),
              new SampleFit(sampleSize, expectedError, clipRate),
              in.readLong());
      expectId(in, expectedId, calibration.id(), "computed");
      return calibration;
    } catch (IOException | RuntimeException e) {
      throw Corruption.of(e, "invalid calibration", in);
    }
  }

  /**
   * Reads and checks the id only.
   *
   * @param in positioned at the calibration
   * @param expectedId the calibration's id in the metadata
   * @throws CorruptIndexException if the stored id differs from the expected id
   */
  public static void checkId(IndexInput in, byte[] expectedId) throws IOException {
    byte[] id = new byte[Calibration.ID_LENGTH];
    if (in.length() - in.getFilePointer() < id.length) {
      throw new CorruptIndexException("expected a calibration, found the end of its bytes", in);
    }
    in.readBytes(id, 0, id.length);
    expectId(in, expectedId, id, "stored");
  }

  private static DenseTransform readMatrix(IndexInput in, int dimension, int rows)
      throws IOException {
    // Checks that the file contains the matrix before memory is allocated for it.
    long bytes = (long) rows * dimension * Short.BYTES;
    long left = in.length() - in.getFilePointer();
    if (bytes > left) {
      throw new CorruptIndexException(
          "expected a matrix of " + bytes + " bytes, found " + left + " bytes", in);
    }
    float[][] matrix = new float[rows][dimension];
    for (float[] row : matrix) {
      for (int i = 0; i < dimension; i++) {
        row[i] = Float.float16ToFloat(in.readShort());
      }
    }
    return new DenseTransform(matrix);
  }

  private static void expectId(IndexInput in, byte[] expected, byte[] found, String how)
      throws CorruptIndexException {
    if (!Arrays.equals(expected, found)) {
      throw new CorruptIndexException(
          "expected calibration "
              + StringHelper.idToString(expected)
              + ", "
              + how
              + " id is "
              + StringHelper.idToString(found),
          in);
    }
  }
}
