/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CopyLayout;
import io.quantvec.codec.encode.VectorReconstruction;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.ErrorBounds;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.score.QueryRounding;
import io.quantvec.codec.search.OutOfLine;
import io.quantvec.codec.search.RescoringStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.LongValues;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * A field's vectors. {@link #scorer} scores the codes; {@link #vectorValue} and {@link #rescorer}
 * use the rerank copy, or the codes if there is no copy.
 */
public final class QuantizedFloatVectorValues extends FloatVectorValues
    implements HasIndexSlice, QuantizedVectorValues {

  /** A megabyte: read in a fraction of a second, after which a reader can be told to stop. */
  private static final int READ_AT_ONCE = 1 << 20;

  /** The bits of infinity; those of NaN are larger. */
  private static final int INFINITY_BITS = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private final QuantizedField field;
  private final IndexInput rerankCopy;
  private final float[] value;
  private final CopyLayout copyLayout;
  private int lastOrd = -1;

  /** Null until codes are read. */
  private IndexInput codes;

  /** Null until a merge reads them. */
  private IndexInput errorTerms;

  /** Null if vectors are stored as floats. */
  private final VectorReconstruction reconstruction;

  /** Room for a code, and for its record in the rerank copy. */
  private final byte[] record;

  private final byte[] copyRecord;

  /** Null if every document has a vector, or none has. */
  private final LongValues ordToDoc;

  QuantizedFloatVectorValues(QuantizedField field) throws IOException {
    this.field = field;
    this.rerankCopy = field.rerankCopy().clone();
    this.value = new float[field.stored().layout().dimension()];
    this.copyLayout = field.coding().copy();
    this.reconstruction = hasFloats() ? null : new VectorReconstruction(field.coding());
    this.record = new byte[field.stored().layout().recordLength()];
    this.copyRecord = new byte[copyLayout.recordLength()];
    this.ordToDoc = field.stored().locations().documents().documents(field.documents());
  }

  public QuantizedField field() {
    return field;
  }

  /** Whether vectors are stored as floats, as they were indexed. */
  boolean hasFloats() {
    return copyLayout.kind() == RerankPrecision.FP32;
  }

  @Override
  public int dimension() {
    return value.length;
  }

  @Override
  public int size() {
    return field.stored().vectors();
  }

  @Override
  public float[] vectorValue(int ord) throws IOException {
    if (ord != lastOrd) {
      lastOrd = -1;
      if (reconstruction == null) {
        rerankCopy.seek((long) ord * copyRecord.length);
        rerankCopy.readFloats(value, 0, value.length);
      } else {
        if (copyLayout.kind() == RerankPrecision.NONE) {
          readRecord(ord, record);
        }
        readRerankBytes(ord, copyRecord);
        reconstruction.reconstruct(record, copyRecord, value);
      }
      expectFinite(ord);
      lastOrd = ord;
    }
    return value;
  }

  /** No vector was indexed that reads as infinite; what learns from vectors relies on that. */
  private void expectFinite(int ord) throws IOException {
    int largest = 0;
    for (float component : value) {
      largest = Math.max(largest, Float.floatToRawIntBits(component) & Integer.MAX_VALUE);
    }
    if (largest >= INFINITY_BITS) {
      throw new CorruptIndexException(
          "expected finite numbers, found " + Float.intBitsToFloat(largest) + " in vector " + ord,
          (copyLayout.kind() == RerankPrecision.NONE ? codes() : rerankCopy).toString());
    }
  }

  /** Copies the bytes of one code and its terms. */
  public void readRecord(int ord, byte[] record) throws IOException {
    IndexInput input = codes();
    input.seek((long) ord * record.length);
    input.readBytes(record, 0, record.length);
  }

  private IndexInput codes() {
    if (codes == null) {
      codes = field.codes().clone();
    }
    return codes;
  }

  /** Copies the bytes of one vector's record in the rerank copy, without looking at them. */
  public void readRerankBytes(int ord, byte[] bytes) throws IOException {
    if (copyRecord.length > 0) {
      rerankCopy.seek((long) ord * copyRecord.length);
      rerankCopy.readBytes(bytes, 0, copyRecord.length);
    }
  }

  /** Copies the bytes of one vector's error terms, without looking at them. */
  public void readErrorTerms(int ord, byte[] bytes) throws IOException {
    if (bytes.length > 0) {
      if (errorTerms == null) {
        errorTerms = field.errorTerms().clone();
      }
      errorTerms.seek((long) ord * bytes.length);
      errorTerms.readBytes(bytes, 0, bytes.length);
    }
  }

  @Override
  public void prefetch(int[] ords, int count) throws IOException {
    prefetchRecords(ords, count);
    if (copyLayout.kind() == RerankPrecision.NONE && copyLayout.hasLength()) {
      prefetch(rerankCopy, copyRecord.length, ords, count);
    }
  }

  /** Prefetches the records that rescoring reads. */
  private void prefetchRecords(int[] ords, int count) throws IOException {
    if (copyLayout.kind() == RerankPrecision.NONE) {
      prefetch(codes(), record.length, ords, count);
    } else {
      prefetch(rerankCopy, copyRecord.length, ords, count);
    }
  }

  private static void prefetch(IndexInput input, int length, int[] ords, int count)
      throws IOException {
    for (int i = 0; i < count; i++) {
      input.prefetch((long) ords[i] * length, length);
    }
  }

  /** Whether values are what arrived, so that no other scores are as good as theirs. */
  boolean isExact() {
    return hasFloats() || field.coding().isLossless();
  }

  @Override
  public byte[] inputCodes(int ord) throws IOException {
    if (!field.coding().isLossless()) {
      return null;
    }
    CodeLayout layout = field.stored().layout();
    readRecord(ord, record);
    byte[] arrived = Arrays.copyOf(record, layout.codeLength());
    if (layout.kind() == CodeLayout.Kind.BITS) {
      for (int i = 0; i < arrived.length; i++) {
        arrived[i] = (byte) (Integer.reverse(arrived[i]) >>> Integer.SIZE - Byte.SIZE);
      }
    }
    return arrived;
  }

  /** The floats, which Lucene's scorers then read straight from memory; null where codes are. */
  @Override
  public IndexInput getSlice() {
    return hasFloats() ? rerankCopy : null;
  }

  @Override
  public QuantizedFloatVectorValues copy() throws IOException {
    return new QuantizedFloatVectorValues(field);
  }

  @Override
  public int ordToDoc(int ord) {
    return ordToDoc == null ? ord : (int) ordToDoc.get(ord);
  }

  @Override
  public Bits getAcceptOrds(Bits acceptDocs) {
    return ordToDoc == null ? acceptDocs : super.getAcceptOrds(acceptDocs);
  }

  @Override
  public DocIndexIterator iterator() {
    if (ordToDoc == null) {
      return createDenseIterator();
    }
    try {
      return field.stored().locations().documents().iterator(field.documents());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public SegmentField quantization() {
    return field.stored();
  }

  /** A scorer of the codes by ordinal, for a search: precise unless candidates are rescored. */
  public OrdinalScorer codeScorer(float[] target, KnnSearchStrategy strategy) throws IOException {
    boolean rescores = strategy instanceof RescoringStrategy rescoring && rescoring.rescores();
    return codeScorer(target, rescores ? QueryPrecision.COARSE : QueryPrecision.FULL);
  }

  /** A scorer of the codes by ordinal. */
  OrdinalScorer codeScorer(float[] target, QueryPrecision precision) throws IOException {
    return withQuery(field.newCodeScorer(precision), target);
  }

  /** A scorer of the codes by ordinal, whose query is another code that is set later. */
  OrdinalScorer codeScorer() throws IOException {
    return new OrdinalScorer(this, field.newCodeScorer(QueryPrecision.FULL));
  }

  private OrdinalScorer withQuery(CodeScorer codes, float[] target) throws IOException {
    FlatVectorsScorer.checkDimensions(target.length, dimension());
    if (size() > 0) {
      codes.setQuery(target);
    }
    return new OrdinalScorer(this, codes);
  }

  @Override
  public boolean codesAreBits() {
    CodeLayout.Kind kind = field.stored().layout().kind();
    return (kind == CodeLayout.Kind.BITS || kind == CodeLayout.Kind.PLANES)
        && !field.coding().isLossless();
  }

  @Override
  public void searchCodes(float[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    OutOfLine.run(() -> CodeScan.search(this, target, collector, acceptDocs));
  }

  @Override
  public VectorScorer scorer(float[] target) throws IOException {
    return scorerOf(copy(), values -> values.codeScorer(target, QueryPrecision.FULL));
  }

  @Override
  public VectorScorer scorer(float[] target, QueryRounding rounding) throws IOException {
    return scorerOf(
        copy(), values -> values.withQuery(values.field.newCodeScorer(rounding), target));
  }

  @Override
  public VectorScorer candidateScorer(float[] target) throws IOException {
    return scorerOf(copy(), values -> values.codeScorer(target, QueryPrecision.COARSE));
  }

  @Override
  public VectorScorer rescorer(float[] target) throws IOException {
    return scorerOf(copy(), values -> values.rerankScorer(target));
  }

  @Override
  public float[] rescore(float[] target, int[] docs) throws IOException {
    int[] ords = docs.clone();
    if (ordToDoc != null) {
      DocIndexIterator iterator = iterator();
      for (int i = 0; i < docs.length; i++) {
        if (iterator.advance(docs[i]) != docs[i]) {
          throw new IllegalArgumentException("document " + docs[i] + " has no vector");
        }
        ords[i] = iterator.index();
      }
    }
    prefetchRecords(ords, ords.length);
    float[] scores = new float[docs.length];
    OutOfLine.run(() -> copy().rerankScorer(target).bulkScore(ords, scores, ords.length));
    return scores;
  }

  @Override
  public VectorScorer upperBoundScorer(float[] target) throws IOException {
    if (size() == 0) {
      return null;
    }
    Optional<ErrorBounds> bounds = boundsOf(target);
    return bounds.isEmpty()
        ? rescorer(target)
        : scorerOf(copy(), values -> new UpperBoundScorer(values, bounds.get()));
  }

  @Override
  public ScoreEstimate estimate(float[] target, int doc) throws IOException {
    DocIndexIterator iterator = iterator();
    if (iterator.advance(doc) != doc) {
      throw new IllegalArgumentException("document " + doc + " has no vector");
    }
    int ord = iterator.index();
    float score = codeScorer(target, QueryPrecision.FULL).score(ord);
    Optional<ErrorBounds> found = boundsOf(target);
    if (found.isEmpty()) {
      float rescored = rescore(target, new int[] {doc})[0];
      return new ScoreEstimate(score, rescored, rescored, 0);
    }
    ErrorBounds bounds = found.get();
    return new ScoreEstimate(score, bounds.lower(ord), bounds.upper(ord), bounds.copyError(ord));
  }

  /** A scorer of the rerank copy by ordinal, or of the codes if there is no copy. */
  RandomVectorScorer rerankScorer(float[] target) throws IOException {
    return isExact()
        ? FloatScorer.of(this, field.stored().similarity(), target)
        : withQuery(field.newRerankScorer(), target);
  }

  @Override
  public ScoreErrors measureScoreErrors() throws IOException {
    return copyLayout.kind() == RerankPrecision.NONE ? null : ScoreErrors.measure(copy());
  }

  @Override
  public long readCodes(BooleanSupplier goOn) throws IOException {
    IndexInput input = field.codes().clone();
    byte[] buffer = new byte[READ_AT_ONCE];
    long length = field.stored().locations().codes().length();
    long read = 0;
    input.seek(0);
    while (read < length && goOn.getAsBoolean()) {
      int some = (int) Math.min(buffer.length, length - read);
      input.readBytes(buffer, 0, some);
      read += some;
    }
    return read;
  }

  /** Empty without a rerank copy. */
  private Optional<ErrorBounds> boundsOf(float[] target) throws IOException {
    FlatVectorsScorer.checkDimensions(target.length, dimension());
    Optional<ErrorBounds> bounds = field.newErrorBounds();
    bounds.ifPresent(b -> b.setQuery(target));
    return bounds;
  }

  /** Makes a scorer by ordinal of values that no other reads. */
  @FunctionalInterface
  private interface Scoring {
    RandomVectorScorer scorer(QuantizedFloatVectorValues values) throws IOException;
  }

  /** Null without vectors, as Lucene expects. */
  private static VectorScorer scorerOf(QuantizedFloatVectorValues values, Scoring scoring)
      throws IOException {
    if (values.size() == 0) {
      return null;
    }
    RandomVectorScorer scorer = scoring.scorer(values);
    DocIndexIterator iterator = values.iterator();
    boolean dense = values.ordToDoc == null;
    return new VectorScorer() {
      @Override
      public float score() throws IOException {
        return scorer.score(iterator.index());
      }

      @Override
      public DocIdSetIterator iterator() {
        return iterator;
      }

      @Override
      public Bulk bulk(DocIdSetIterator matchingDocs) {
        return dense
            ? Bulk.fromRandomScorerDense(scorer, iterator, matchingDocs)
            : Bulk.fromRandomScorerSparse(scorer, iterator, matchingDocs);
      }
    };
  }
}
