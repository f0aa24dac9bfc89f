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
 * Quantized vectors without a graph: a search scans every code. {@link QuantizedHnswVectorsFormat}
 * puts Lucene's graph on top of the same files.
 *
 * <p>Five files a segment. Each starts with {@link CodecUtil#writeIndexHeader an index header},
 * whose codec name is {@code Quantvec} and the file's role, and ends with {@link
 * CodecUtil#writeFooter a footer}. Numbers are little-endian; VInt and VLong are Lucene's. The
 * version is {@link io.quantvec.codec.file.FlatFiles#VERSION_CURRENT}; all files of a segment have
 * the same one.
 *
 * <h2>.qvm (metadata)</h2>
 *
 * <p>For each field of float vectors:
 *
 * <ul>
 *   <li><b>Int32</b> the field's number
 *   <li><b>byte</b> similarity: 0 EUCLIDEAN, 1 DOT_PRODUCT, 2 COSINE, 3 MAXIMUM_INNER_PRODUCT
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.config.Precision}; <b>Float64</b>
 *       its budget in bits a dimension, NaN if none was chosen; if the budget is to be chosen,
 *       which is {@link io.quantvec.codec.config.Precision#AUTO}, then <b>Float64</b> the target of
 *       its recall, <b>Float32</b> the recall that was expected when it was chosen, NaN if nothing
 *       was, and <b>Int32</b> for how many vectors
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.config.Allocation}
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.config.RerankPrecision} asked for;
 *       the one that is stored is {@link QuantizationConfig#storedCopy}
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.calibration.ScaleMethod} asked for;
 *       <b>Float64</b> its percentile; <b>byte</b> 1 if the calibration is static, then <b>16
 *       bytes</b> its id
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.encode.CodeLayout.Kind}
 *   <li><b>VInt</b> dimension; <b>VInt</b> bytes of a code; <b>byte</b> wire number of the {@link
 *       io.quantvec.codec.encode.CorrectionTerms}
 *   <li><b>byte</b> 1 if each record of .qvr ends with its vector's length
 *   <li><b>Int32</b> number of vectors
 *   <li><b>byte</b> wire number of the {@link io.quantvec.codec.segment.CodeOrigin}; <b>byte</b>
 *       wire number of the {@link io.quantvec.codec.segment.CodeReason}; <b>Int32</b> vectors whose
 *       codes were copied
 *   <li><b>Float32</b> what the codes lose of a vector's direction, root mean square;
 *       <b>Float32</b> share of components out of the codes' range: both measured on these vectors,
 *       NaN without a calibration; <b>Float32</b> how far vectors as they are read are from what
 *       was indexed, relative to their length, root mean square; NaN without vectors
 *   <li><b>byte</b> 1 if the field has a calibration, which it has unless it stores half floats or
 *       nothing; then
 *       <ul>
 *         <li><b>16 bytes</b> the calibration's id
 *         <li><b>VLong, VLong</b> where it starts in .qvk, and its length
 *       </ul>
 *   <li>the same of the calibration of the rerank copy, which it has if that is of 8 bits
 *   <li><b>VLong, VLong</b> where the codes start in .qvc, and their length
 *   <li><b>VLong, VLong</b> where the rerank copy starts in .qvr, and its length
 *   <li><b>VLong, VLong</b> where the error terms start in .qve, and their length
 *   <li>the map of ordinals to documents, as {@link
 *       org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration#writeStoredMeta} writes
 *       it; its data stand in .qvc behind the codes
 * </ul>
 *
 * <p>Then <b>Int32</b> -1, and a <b>byte</b> that is 1 if the segment has fields of byte vectors
 * too; those are in Lucene's own flat files (.vemf, .vec) beside these.
 *
 * <h2>.qvk (calibrations)</h2>
 *
 * <p>Each calibration once, however many fields use it:
 *
 * <ul>
 *   <li><b>16 bytes</b> id: the first half of the SHA-256 hash of all that decides what a code
 *       means
 *   <li><b>byte</b> wire number of the method
 *   <li><b>VInt</b> vectors it was learned from
 *   <li><b>byte</b> wire number of the transform: 0 identity, 1 randomized Hadamard, 2 a matrix;
 *       <b>Int64</b> its seed
 *   <li><b>VInt</b> dimension; <b>VInt</b> components of a code
 *   <li>for a matrix: <b>Float16s</b>, one row of as many numbers as the dimension for each
 *       component
 *   <li><b>VInt</b> components a block
 *   <li><b>bytes</b> bits a dimension, one byte a block
 *   <li><b>Float32s</b> step, one a block
 *   <li><b>Float32s</b> centroid, one a dimension
 *   <li><b>Float32</b> expected error; <b>Float32</b> clip rate
 *   <li><b>Int64</b> when it was learned, in milliseconds since 1970-01-01T00:00Z, 0 if that is not
 *       known; no part of what the id is a hash of
 * </ul>
 *
 * <h2>.qvc (codes)</h2>
 *
 * <p>For each field, aligned to 64 bytes, one {@link io.quantvec.codec.encode.CodeLayout record} a
 * vector in the order of documents: the code and directly behind it the correction terms of {@link
 * io.quantvec.codec.encode.VectorEncoder}; behind the last one 64 bytes of zeros, so that a kernel
 * may read a whole vector register there. Under COSINE vectors are normalised before they are
 * encoded, unless they arrived as codes.
 *
 * <p>A record of dimension d has 2d bytes for fp16 and d + 8 for int8. One of a budget of b bits a
 * dimension has ceil(bd / 8) bytes and its terms: 4 bytes under COSINE, else 6. Vectors that
 * arrived as codes have terms of 8 bytes.
 *
 * <h2>.qvr (rerank copy)</h2>
 *
 * <p>For each field, aligned to 64 bytes, one record a vector in the order of documents. By the
 * kind of the copy that is stored, it is
 *
 * <ul>
 *   <li>fp32: the vector as it was indexed, d Float32s
 *   <li>fp16: d half floats
 *   <li>int8: a {@link io.quantvec.codec.encode.CodeLayout record} of BYTES with FLOATS as terms, d
 *       + 8 bytes, of a calibration of its own: in {@link
 *       io.quantvec.codec.calibration.FixedCalibrations#local steps of the vector's own} around the
 *       centroid that the codes' calibration had when the field's first such copy was made
 *   <li>none: nothing
 * </ul>
 *
 * <p>Under COSINE, copies of fp16 and int8 are of the normalised vector, as codes are; so in these,
 * and where there is nothing but codes, the record ends with the vector's length, a Float32, unless
 * vectors arrived as codes. Behind the last record of fp16 and of int8 stand 64 bytes of zeros, as
 * behind the codes.
 *
 * <h2>.qve (error terms)</h2>
 *
 * <p>For each field, aligned to 64 bytes, the {@link io.quantvec.codec.encode.ErrorTerms terms} of
 * one vector after the other in the order of documents, from which {@link
 * io.quantvec.codec.score.ErrorBounds} has sure bounds of the rerank copy's scores. The search for
 * the k nearest does not read them.
 *
 * <ul>
 *   <li><b>Int16</b>, unsigned: a, which brings the code's estimate to the least squares one, in
 *       units of 2^-15; of fp16 codes the vector's length in its place, as e is given
 *   <li><b>16 bits</b>, the upper bits of a float without its sign, rounded up: e, the length of
 *       what the code leaves of the vector
 *   <li>if the rerank copy is of fp16 or int8, <b>16 bits</b> like those: h, how far the copy's
 *       scores can be from the vector's, as a share of the query's length
 * </ul>
 *
 * <p>Without a rerank copy there is nothing: the codes are the finest there is. The score that the
 * copy in this segment gives lies within the bound of the code in this segment, always: where a
 * merge copies both byte for byte, it copies the terms, and where it makes either of them anew, it
 * measures the terms anew, on the vectors that it has.
 */
public final class QuantizedFlatVectorsFormat extends FlatVectorsFormat {

  /** The name by which SPI finds this format; it stands in every segment. */
  public static final String NAME = "QuantvecFlat";

  /** The largest dimension, as in OpenSearch's k-NN plugin. */
  public static final int MAX_DIMENSIONS = FlatFiles.MAX_DIMENSIONS;

  private final QuantizationConfig config;
  private final MergeThreads mergeThreads;
  private final WriteContext context;

  /** The format that SPI makes; it reads every segment and writes with the default settings. */
  public QuantizedFlatVectorsFormat() {
    this(QuantizationConfig.DEFAULT);
  }

  /** A format that writes as the configuration says. */
  public QuantizedFlatVectorsFormat(QuantizationConfig config) {
    this(config, WriteContext.ofOneFormat());
  }

  /**
   * A format that writes as the configuration says.
   *
   * @param context what the format's owner hands to everything that the format writes
   */
  public QuantizedFlatVectorsFormat(QuantizationConfig config, WriteContext context) {
    this(config, MergeThreads.ONE, context);
  }

  /**
   * @param mergeThreads threads that encode the vectors of a merge
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
