/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.CopyLayout;
import io.quantvec.codec.encode.VectorEncoder;
import io.quantvec.codec.records.RecordReaders;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.segment.OrdinalScorer;
import io.quantvec.codec.segment.QuantizedField;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.VectorMath;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * Reads a segment's vectors while the graph over them is built. Building compares each vector with
 * thousands of others, and both vectors of a comparison keep changing. The codes for searches are
 * coarse and are made for comparisons with one query. Vectors are therefore compared with each
 * other by 8-bit codes of the rerank copy. An int8 rerank copy or suitable codes are used directly.
 * Otherwise the 8-bit codes are written to a temporary file of d + 8 bytes per vector, which takes
 * no heap.
 */
final class GraphBuildReader extends FlatVectorsReader {

  private final FlatVectorsReader segment;
  private final SegmentWriteState state;
  private final List<Closeable> temporary = new ArrayList<>();

  GraphBuildReader(FlatVectorsReader segment, SegmentWriteState state) {
    this.segment = segment;
    this.state = state;
  }

  @Override
  public FlatVectorsScorer getFlatVectorScorer(String field) throws IOException {
    FlatVectorsScorer segmentScorer = segment.getFlatVectorScorer(field);
    return new FlatVectorsScorer() {
      @Override
      public RandomVectorScorerSupplier getRandomVectorScorerSupplier(
          VectorSimilarityFunction similarity, KnnVectorValues values) throws IOException {
        if (!(values instanceof QuantizedFloatVectorValues quantized)
            || hasComparableCodes(quantized.field())) {
          return segmentScorer.getRandomVectorScorerSupplier(similarity, values);
        }
        QuantizedField stored = quantized.field();
        CopyLayout copy = stored.coding().copy();
        return copy.kind() == RerankPrecision.INT8 && quantized.size() > 0
            ? new Supplier(
                quantized,
                similarity,
                stored.coding().copySpace().orElseThrow(),
                stored.rerankCopy(),
                copy.recordLength())
            : write(similarity, inOrder(field, quantized));
      }

      @Override
      public RandomVectorScorer getRandomVectorScorer(
          VectorSimilarityFunction similarity, KnnVectorValues values, float[] target)
          throws IOException {
        return segmentScorer.getRandomVectorScorer(similarity, values, target);
      }

      @Override
      public RandomVectorScorer getRandomVectorScorer(
          VectorSimilarityFunction similarity, KnnVectorValues values, byte[] target)
          throws IOException {
        return segmentScorer.getRandomVectorScorer(similarity, values, target);
      }
    };
  }

  /** The same vectors, opened for sequential reading. */
  private QuantizedFloatVectorValues inOrder(String field, QuantizedFloatVectorValues values)
      throws IOException {
    return segment.getMergeInstance().getFloatVectorValues(field)
            instanceof QuantizedFloatVectorValues quantized
        ? quantized
        : values;
  }

  /**
   * Whether the segment's own codes are as good: 8-bit codes with equal steps in all dimensions,
   * which can be compared as integers.
   */
  private static boolean hasComparableCodes(QuantizedField field) {
    return field.stored().layout().kind() == Kind.BYTES
        && field.coding().calibration().map(GraphBuildReader::hasEqualSteps).orElse(false);
  }

  private static boolean hasEqualSteps(Calibration calibration) {
    boolean comparable = calibration.method() == CalibrationMethod.LOCAL;
    for (float step : calibration.steps()) {
      comparable &= step == calibration.steps()[0];
    }
    return comparable;
  }

  private RandomVectorScorerSupplier write(
      VectorSimilarityFunction similarity, QuantizedFloatVectorValues values) throws IOException {
    int dimension = values.dimension();
    float[] centroid = values.field().space().centroid();
    CodeLayout layout = CopyLayout.int8(dimension);
    CodeSpace space = new CalibratedSpace(layout, FixedCalibrations.local(centroid));
    VectorEncoder encoder = space.newEncoder(similarity);
    boolean normalizes = similarity == VectorSimilarityFunction.COSINE;
    String name;
    try (IndexOutput out =
        state.directory.createTempOutput(state.segmentInfo.name, "qvg", state.context)) {
      name = out.getName();
      temporary.add(() -> state.directory.deleteFile(name));
      byte[] record = new byte[layout.recordLength()];
      for (int ord = 0; ord < values.size(); ord++) {
        float[] vector = values.vectorValue(ord);
        encoder.encode(normalizes ? VectorMath.normalized(vector) : vector, record);
        out.writeBytes(record, record.length);
      }
      out.writeBytes(new byte[RecordReader.READABLE_BEHIND], RecordReader.READABLE_BEHIND);
    }
    // No read-ahead advice: the system then reads ahead until this does not help. With sequential
    // advice, which the contexts of flushes and merges imply, it would read megabytes for each
    // vector that is not in memory. With random advice, it would read a file that is soon needed
    // completely page by page.
    IndexInput codes = state.directory.openInput(name, IOContext.DEFAULT);
    // First in the list, because it must be closed before its file is deleted.
    temporary.add(0, codes);
    return new Supplier(values, similarity, space, codes, layout.recordLength());
  }

  /**
   * @param codes the records, followed by padding bytes that kernels may read
   * @param recordLength bytes per record: a code and its terms, and possibly more
   */
  private record Supplier(
      QuantizedFloatVectorValues values,
      VectorSimilarityFunction similarity,
      CodeSpace space,
      IndexInput codes,
      int recordLength)
      implements RandomVectorScorerSupplier {

    @Override
    public UpdateableRandomVectorScorer scorer() throws IOException {
      return new OrdinalScorer(
          values.copy(),
          CodeScorer.of(
              space,
              similarity,
              RecordReaders.open(codes.clone(), recordLength),
              recordLength,
              QueryPrecision.RERANK.roundingFor(space)));
    }

    @Override
    public RandomVectorScorerSupplier copy() {
      return this;
    }
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(String field, float[] target) throws IOException {
    return segment.getRandomVectorScorer(field, target);
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(String field, byte[] target) throws IOException {
    return segment.getRandomVectorScorer(field, target);
  }

  @Override
  public FloatVectorValues getFloatVectorValues(String field) throws IOException {
    return segment.getFloatVectorValues(field);
  }

  @Override
  public ByteVectorValues getByteVectorValues(String field) throws IOException {
    return segment.getByteVectorValues(field);
  }

  @Override
  public void checkIntegrity() throws IOException {
    segment.checkIntegrity();
  }

  @Override
  public Map<String, Long> getOffHeapByteSize(FieldInfo fieldInfo) {
    return segment.getOffHeapByteSize(fieldInfo);
  }

  @Override
  public long ramBytesUsed() {
    return segment.ramBytesUsed();
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(segment, () -> IOUtils.close(temporary));
  }
}
