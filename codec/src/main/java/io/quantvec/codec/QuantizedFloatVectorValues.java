/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.code.VectorDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.codecs.lucene90.IndexedDISI;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.packed.DirectMonotonicReader;

/**
 * A field's vectors: values come from the rerank copy, or from codes that lose nothing, {@link
 * #scorer} scores the codes, and {@link #rescorer} the values.
 */
final class QuantizedFloatVectorValues extends FloatVectorValues
    implements HasIndexSlice, QuantizedVectorValues {

  private final QuantizedField field;
  private final IndexInput rerankCopy;
  private final float[] value;
  private final int bytesPerVector;
  private int lastOrd = -1;

  /** Null until codes are read. */
  private IndexInput codes;

  /** Null unless codes stand for the vectors themselves. */
  private final VectorDecoder decoder;

  private final byte[] record;

  /** Null if every document has a vector, or none has. */
  private final DirectMonotonicReader ordToDoc;

  QuantizedFloatVectorValues(QuantizedField field) throws IOException {
    this.field = field;
    this.rerankCopy = field.rerankCopy().clone();
    this.value = new float[field.entry().layout().dimension()];
    this.bytesPerVector = field.entry().rerankLength();
    boolean decodes = bytesPerVector == 0 && field.space() != null;
    this.decoder = decodes ? new VectorDecoder(field.space()) : null;
    this.record = decodes ? new byte[field.entry().layout().recordLength()] : null;
    var documents = field.entry().ordToDoc();
    this.ordToDoc =
        documents.isDense() || documents.isEmpty()
            ? null
            : documents.getDirectMonotonicReader(field.documents());
  }

  QuantizedField field() {
    return field;
  }

  @Override
  public int dimension() {
    return value.length;
  }

  @Override
  public int size() {
    return field.entry().count();
  }

  @Override
  public float[] vectorValue(int ord) throws IOException {
    if (ord != lastOrd) {
      lastOrd = -1;
      if (decoder != null) {
        readRecord(ord, record);
        decoder.decode(record, value);
      } else {
        rerankCopy.seek((long) ord * bytesPerVector);
        rerankCopy.readFloats(value, 0, value.length);
      }
      lastOrd = ord;
    }
    return value;
  }

  /** Copies the bytes of one code and its terms. */
  void readRecord(int ord, byte[] record) throws IOException {
    if (codes == null) {
      codes = field.codes().clone();
    }
    codes.seek((long) ord * record.length);
    codes.readBytes(record, 0, record.length);
  }

  /** Copies the bytes of one vector of the rerank copy, without looking at them. */
  void readRerankBytes(int ord, byte[] bytes) throws IOException {
    rerankCopy.seek((long) ord * bytesPerVector);
    rerankCopy.readBytes(bytes, 0, bytesPerVector);
  }

  @Override
  public void prefetch(int[] ords, int count) throws IOException {
    for (int i = 0; i < count && bytesPerVector > 0; i++) {
      rerankCopy.prefetch((long) ords[i] * bytesPerVector, bytesPerVector);
    }
  }

  /** The floats, which Lucene's scorers then read straight from memory; null where codes are. */
  @Override
  public IndexInput getSlice() {
    return decoder == null ? rerankCopy : null;
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
      return IndexedDISI.asDocIndexIterator(
          field.entry().ordToDoc().getIndexedDISI(field.documents()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FieldQuantization quantization() {
    return field.quantization();
  }

  /** What scores the codes by ordinal, with a query as fine as the strategy asks for. */
  RandomVectorScorer randomScorer(float[] target, KnnSearchStrategy strategy) throws IOException {
    FlatVectorsScorer flatScorer =
        strategy instanceof CandidateSearchStrategy
            ? QuantizedVectorsScorer.COARSE
            : QuantizedVectorsScorer.INSTANCE;
    return flatScorer.getRandomVectorScorer(field.entry().similarity(), this, target);
  }

  @Override
  public VectorScorer scorer(float[] target) throws IOException {
    return scorerOf(QuantizedVectorsScorer.INSTANCE, target);
  }

  @Override
  public VectorScorer scorer(float[] target, int queryBits) throws IOException {
    return scorerOf(QuantizedVectorsScorer.ofQueryBits(queryBits), target);
  }

  @Override
  public VectorScorer candidateScorer(float[] target) throws IOException {
    return scorerOf(QuantizedVectorsScorer.COARSE, target);
  }

  @Override
  public VectorScorer rescorer(float[] target) throws IOException {
    return scorerOf(QuantizedVectorsScorer.FULL_PRECISION_SCORER, target);
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
    prefetch(ords, ords.length);
    float[] scores = new float[docs.length];
    QuantizedVectorsScorer.FULL_PRECISION_SCORER
        .getRandomVectorScorer(field.entry().similarity(), copy(), target)
        .bulkScore(ords, scores, ords.length);
    return scores;
  }

  private VectorScorer scorerOf(FlatVectorsScorer flatScorer, float[] target) throws IOException {
    if (size() == 0) {
      return null;
    }
    QuantizedFloatVectorValues copy = copy();
    DocIndexIterator iterator = copy.iterator();
    RandomVectorScorer scorer =
        flatScorer.getRandomVectorScorer(field.entry().similarity(), copy, target);
    boolean dense = copy.ordToDoc == null;
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
