/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.file.FlatFiles;
import io.quantvec.codec.segment.FormatVersions;
import io.quantvec.codec.segment.QuantizedFlatVectorsReader;
import io.quantvec.codec.write.MergeThreads;
import io.quantvec.codec.write.QuantizedFlatVectorsWriter;
import io.quantvec.codec.write.WriteContext;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Quantized vectors without a graph: a search scans all codes. {@link QuantizedHnswVectorsFormat}
 * adds an HNSW graph to the same files.
 *
 * <p>A segment has five files. Each file starts with {@link CodecUtil#writeIndexHeader an index
 * header}, whose codec name is {@code Quantvec} followed by the file's role, and ends with {@link
 * CodecUtil#writeFooter a footer}. Numbers are little-endian; VInt and VLong are Lucene's
 * variable-length integers. All files of a segment have the same version; writers write version
 * {@link io.quantvec.codec.file.FlatFiles#VERSION_CURRENT}. Wire numbers are the numbers that the
 * named enums define.
 *
 * <h2>.qvm (metadata)</h2>
 *
 * <p>For each field of float vectors:
 *
 * <ul>
 *   <li><b>Int32</b> number of the field
 *   <li><b>byte</b> similarity: 0 EUCLIDEAN, 1 DOT_PRODUCT, 2 COSINE, 3 MAXIMUM_INNER_PRODUCT
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.config.Precision}
 *   <li><b>Float64</b> budget in bits per dimension; NaN if no budget was chosen
 *   <li>only if the precision is {@link io.quantvec.codec.config.Precision#AUTO}:
 *       <ul>
 *         <li><b>Float64</b> recall target
 *         <li><b>Float32</b> recall that was expected when the budget was chosen; NaN if unknown
 *         <li><b>Int32</b> number of vectors that the expected recall holds for
 *       </ul>
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.config.Allocation}
 *   <li><b>byte</b> wire number of the requested {@link io.quantvec.codec.config.RerankPrecision};
 *       {@link QuantizationConfig#storedCopy} is the kind that is stored
 *   <li><b>byte</b> wire number of the requested {@link io.quantvec.codec.calibration.ScaleMethod}
 *   <li><b>Float64</b> percentile of that method
 *   <li><b>byte</b> 1 if the calibration is static, otherwise 0; if 1, <b>16 bytes</b> id of the
 *       static calibration
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.encode.CodeLayout.Kind}
 *   <li><b>VInt</b> dimension
 *   <li><b>VInt</b> bytes per code, without correction terms
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.encode.CorrectionTerms}
 *   <li><b>byte</b> 1 if each record in .qvr ends with the length of its vector, otherwise 0
 *   <li><b>Int32</b> number of vectors
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.segment.CodeOrigin}
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.segment.CodeReason}
 *   <li><b>Int32</b> number of vectors whose codes were copied from merged segments
 *   <li><b>Float32</b> root mean square quantization error of the vectors' directions, measured on
 *       these vectors; NaN without a calibration
 *   <li><b>Float32</b> share of components outside of the codes' range, measured on these vectors;
 *       NaN without a calibration
 *   <li><b>Float32</b> root mean square distance of the vectors that readers return from the
 *       indexed vectors, relative to the vectors' length; NaN without vectors
 *   <li><b>byte</b> 1 if the field has a calibration, otherwise 0. A field has a calibration unless
 *       its codes are half floats or it has no vectors. If 1:
 *       <ul>
 *         <li><b>16 bytes</b> id of the calibration
 *         <li><b>VLong</b> offset of the calibration in .qvk
 *         <li><b>VLong</b> length of the calibration in bytes
 *       </ul>
 *   <li>the same entries for the calibration of the rerank copy, which exists if the stored rerank
 *       copy is of int8 and the field has vectors
 *   <li><b>VLong</b> offset of the codes in .qvc; <b>VLong</b> their length in bytes
 *   <li><b>VLong</b> offset of the rerank copy in .qvr; <b>VLong</b> its length in bytes
 *   <li><b>VLong</b> offset of the error terms in .qve; <b>VLong</b> their length in bytes
 *   <li>the map of ordinals to documents as written by {@link
 *       org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration#writeStoredMeta}; the
 *       map's data are in .qvc after the codes
 * </ul>
 *
 * <p>After the last field:
 *
 * <ul>
 *   <li><b>Int32</b> -1
 *   <li><b>byte</b> 1 if the segment also has fields of byte vectors, otherwise 0. Byte vectors are
 *       stored in the files of Lucene's flat format (.vemf, .vec).
 * </ul>
 *
 * <h2>.qvk (calibrations)</h2>
 *
 * <p>Each calibration is stored once, even if several fields use it:
 *
 * <ul>
 *   <li><b>16 bytes</b> id: the first half of the SHA-256 hash of everything that determines the
 *       meaning of a code
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.calibration.CalibrationMethod}
 *   <li><b>VInt</b> number of vectors that the calibration was learned from
 *   <li><b>byte</b> transform: 0 identity, 1 randomized Hadamard transform, 2 matrix
 *   <li><b>Int64</b> seed of the transform
 *   <li><b>VInt</b> dimension
 *   <li><b>VInt</b> components per code
 *   <li>only for a matrix: <b>Float16s</b>, for each component of a code one row of as many numbers
 *       as the dimension
 *   <li><b>VInt</b> components per block
 *   <li><b>bytes</b> bits per dimension, one byte per block
 *   <li><b>Float32s</b> steps, one per block
 *   <li><b>Float32s</b> centroid, one number per dimension
 *   <li><b>Float32</b> expected error
 *   <li><b>Float32</b> clip rate
 *   <li><b>Int64</b> time of learning in milliseconds since 1970-01-01T00:00Z, 0 if unknown; not
 *       part of the hash
 * </ul>
 *
 * <h2>.qvc (codes)</h2>
 *
 * <p>For each field, aligned to 64 bytes, one {@link io.quantvec.codec.encode.CodeLayout record}
 * per vector in the order of documents. A record is the code, directly followed by the correction
 * terms of {@link io.quantvec.codec.encode.VectorEncoder}. 64 bytes of zeros follow the last
 * record, so that a kernel can read whole vector registers there. If the similarity is COSINE,
 * vectors are normalized before they are encoded, unless they arrived as codes.
 *
 * <table>
 *   <caption>Bytes per record of dimension d</caption>
 *   <tr><th>codes</th><th>code</th><th>correction terms</th></tr>
 *   <tr><td>fp16</td><td>2d</td><td>0</td></tr>
 *   <tr><td>int8</td><td>d</td><td>8</td></tr>
 *   <tr><td>budget of b bits per dimension, COSINE</td><td>ceil(bd / 8)</td><td>4</td></tr>
 *   <tr><td>budget of b bits per dimension, other similarities</td><td>ceil(bd / 8)</td><td>6</td></tr>
 *   <tr><td>vectors that arrived as signed bytes or as bits</td><td>d or ceil(d / 8)</td><td>8</td></tr>
 * </table>
 *
 * <h2>.qvr (rerank copy)</h2>
 *
 * <p>For each field, aligned to 64 bytes, one record per vector in the order of documents. The
 * stored kind of rerank copy determines the content of a record:
 *
 * <ul>
 *   <li>fp32: the vector as it was indexed, d Float32s
 *   <li>fp16: d half floats
 *   <li>int8: a {@link io.quantvec.codec.encode.CodeLayout record} of kind BYTES with correction
 *       terms FLOATS, d + 8 bytes. It has its own calibration, {@link
 *       io.quantvec.codec.calibration.FixedCalibrations#local}, whose centroid is the centroid of
 *       the codes' calibration at the time of the field's first int8 rerank copy.
 *   <li>none: nothing
 * </ul>
 *
 * <p>If the similarity is COSINE, fp16 and int8 copies are of the normalized vector, like codes.
 * Records of fp16, int8 and none then end with the vector's length, a Float32, unless vectors
 * arrived as codes. 64 bytes of zeros follow the last record of fp16 and int8 copies.
 *
 * <h2>.qve (error terms)</h2>
 *
 * <p>For each field with a rerank copy, aligned to 64 bytes, the {@link
 * io.quantvec.codec.encode.ErrorTerms terms} of each vector in the order of documents. {@link
 * io.quantvec.codec.score.ErrorBounds} computes certain bounds of the rerank copy's scores from
 * them. Searches for the k nearest vectors do not read them.
 *
 * <ul>
 *   <li><b>Int16</b>, unsigned: alignment in units of 2^-15, the factor that turns the code's
 *       estimate into the least squares estimate. For fp16 codes, instead <b>16 bits</b> of the
 *       vector's length in the format of the next term.
 *   <li><b>16 bits</b>, the upper bits of a Float32 without its sign bit, rounded up: code error,
 *       the length of the part of the vector that the code does not represent
 *   <li>only if the rerank copy is of fp16 or int8: <b>16 bits</b> in the same format, copy error:
 *       the maximum distance of the copy's scores from the vector's scores, relative to the length
 *       of the query
 * </ul>
 *
 * <p>Without a rerank copy there are no error terms. The score of a segment's rerank copy always
 * lies within the bound of the code in the same segment. If a merge copies both byte for byte, it
 * copies the error terms. If it re-encodes one of them, it measures the error terms again on the
 * vectors that it reads.
 */
public final class QuantizedFlatVectorsFormat extends FlatVectorsFormat {

  /** The name of this format in SPI, which is stored in every segment. */
  public static final String NAME = "QuantvecFlat";

  /** The largest dimension, as in OpenSearch's k-NN plugin. */
  public static final int MAX_DIMENSIONS = FlatFiles.MAX_DIMENSIONS;

  private final QuantizationConfig config;
  private final MergeThreads mergeThreads;
  private final WriteContext context;

  /** The format for SPI. It reads every segment and writes with the default settings. */
  public QuantizedFlatVectorsFormat() {
    this(QuantizationConfig.DEFAULT);
  }

  /** A format that writes with a configuration. */
  public QuantizedFlatVectorsFormat(QuantizationConfig config) {
    this(config, WriteContext.ofOneFormat());
  }

  /**
   * A format that writes with a configuration.
   *
   * @param config how vectors are written
   * @param context what the format's owner passes to everything that the format writes
   */
  public QuantizedFlatVectorsFormat(QuantizationConfig config, WriteContext context) {
    this(config, MergeThreads.ONE, context);
  }

  /**
   * @param config how vectors are written
   * @param mergeThreads threads that encode the vectors of a merge
   * @param context what the format's owner passes to everything that the format writes
   */
  QuantizedFlatVectorsFormat(
      QuantizationConfig config, MergeThreads mergeThreads, WriteContext context) {
    super(NAME);
    this.context = Objects.requireNonNull(context, "context");
    this.config = Objects.requireNonNull(config, "config");
    this.mergeThreads = mergeThreads;
  }

  @Override
  public FlatVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return new QuantizedFlatVectorsWriter(
        state, config, mergeThreads, context, FormatVersions.RELEASED);
  }

  @Override
  public FlatVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new QuantizedFlatVectorsReader(state);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }

  @Override
  public String toString() {
    return NAME + "(" + config + ")";
  }
}
