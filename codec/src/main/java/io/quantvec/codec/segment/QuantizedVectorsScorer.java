/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.records.FloatKernel;
import io.quantvec.codec.score.QueryPrecision;
import java.io.IOException;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * Scores the codes of fields that this codec wrote, and other vectors, such as those that wait for
 * a flush, by Lucene's own scorer. This is what Lucene asks for; scores of candidates and of the
 * rerank copy come from {@link QuantizedFloatVectorValues}.
 */
public final class QuantizedVectorsScorer implements FlatVectorsScorer {

  public static final QuantizedVectorsScorer INSTANCE = new QuantizedVectorsScorer();

  private QuantizedVectorsScorer() {}

  @Override
  public RandomVectorScorerSupplier getRandomVectorScorerSupplier(
      VectorSimilarityFunction similarity, KnnVectorValues values) throws IOException {
    return values instanceof QuantizedFloatVectorValues quantized
        ? new CodeScorerSupplier(quantized)
        : FloatKernel.SCORER.getRandomVectorScorerSupplier(similarity, values);
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(
      VectorSimilarityFunction similarity, KnnVectorValues values, float[] target)
      throws IOException {
    return values instanceof QuantizedFloatVectorValues quantized
        ? quantized.codeScorer(target, QueryPrecision.FULL)
        : FloatKernel.SCORER.getRandomVectorScorer(similarity, values, target);
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
      return values.copy().codeScorer();
    }

    @Override
    public RandomVectorScorerSupplier copy() throws IOException {
      return new CodeScorerSupplier(values.copy());
    }
  }
}
