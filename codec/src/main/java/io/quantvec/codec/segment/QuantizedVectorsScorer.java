/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.records.FloatKernel;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.QueryPrecision;
import java.io.IOException;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * Scores the codes of fields that have them, or what is finest of them, and all else, such as the
 * vectors that wait for a flush, by Lucene's own scorer in full precision.
 */
public final class QuantizedVectorsScorer implements FlatVectorsScorer {

  /** Stands for as many bits a query component as pay for themselves. */
  private static final int BEST_BITS = 0;

  private static final int COARSE_BITS = 1;

  /** Stands for scores of the finest copy, with queries as fine as that. */
  private static final int FINEST = -1;

  public static final QuantizedVectorsScorer INSTANCE = new QuantizedVectorsScorer(BEST_BITS);

  /** Scores candidates, whose scores will be computed anew. */
  static final QuantizedVectorsScorer COARSE = new QuantizedVectorsScorer(COARSE_BITS);

  /** Scores the finest copy, or the codes where there is none. */
  static final QuantizedVectorsScorer OF_FINEST_COPY = new QuantizedVectorsScorer(FINEST);

  private final int queryBits;

  private QuantizedVectorsScorer(int queryBits) {
    this.queryBits = queryBits;
  }

  /**
   * @param queryBits bits a component of the query, 2 to 16, or {@link QueryPrecision#UNROUNDED}
   */
  static QuantizedVectorsScorer ofQueryBits(int queryBits) {
    return new QuantizedVectorsScorer(QueryPrecision.ofBits(queryBits).bits());
  }

  @Override
  public RandomVectorScorerSupplier getRandomVectorScorerSupplier(
      VectorSimilarityFunction similarity, KnnVectorValues values) throws IOException {
    if (values instanceof QuantizedFloatVectorValues quantized) {
      return new CodeScorerSupplier(quantized);
    }
    return FloatKernel.SCORER.getRandomVectorScorerSupplier(similarity, values);
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(
      VectorSimilarityFunction similarity, KnnVectorValues values, float[] target)
      throws IOException {
    if (values instanceof QuantizedFloatVectorValues quantized
        && !(queryBits == FINEST && quantized.isExact())) {
      FlatVectorsScorer.checkDimensions(target.length, values.dimension());
      QuantizedField field = quantized.field();
      CodeScorer codes =
          switch (queryBits) {
            case BEST_BITS -> field.newCodeScorer();
            case COARSE_BITS -> field.newCoarseScorer();
            case FINEST -> field.newFinestScorer();
            default -> field.newCodeScorer(QueryPrecision.ofBits(queryBits));
          };
      if (values.size() > 0) {
        codes.setQuery(target);
      }
      return new OrdinalScorer(
          quantized, codes, quantized.field().stored().layout().recordLength());
    }
    if (!(values instanceof QuantizedFloatVectorValues quantized)) {
      return FloatKernel.SCORER.getRandomVectorScorer(similarity, values, target);
    }
    if (quantized.getSlice() != null) {
      FloatKernel.prepare(similarity, quantized.getSlice());
    }
    return new FloatScorer(
        quantized.copy(), FloatKernel.SCORER.getRandomVectorScorer(similarity, values, target));
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(
      VectorSimilarityFunction similarity, KnnVectorValues values, byte[] target)
      throws IOException {
    return FloatKernel.SCORER.getRandomVectorScorer(similarity, values, target);
  }

  @Override
  public String toString() {
    return "QuantizedVectorsScorer(" + FloatKernel.SCORER + ")";
  }

  private record CodeScorerSupplier(QuantizedFloatVectorValues values)
      implements RandomVectorScorerSupplier {

    @Override
    public UpdateableRandomVectorScorer scorer() throws IOException {
      QuantizedFloatVectorValues copy = values.copy();
      return new OrdinalScorer(
          copy, copy.field().newCodeScorer(), copy.field().stored().layout().recordLength());
    }

    @Override
    public RandomVectorScorerSupplier copy() throws IOException {
      return new CodeScorerSupplier(values.copy());
    }
  }
}
