/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex.ScoringView;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.quantvec.benchmark.data.DataSet;
import java.io.IOException;

/**
 * Searches JVector's graph by codes and rescores all candidates with the vectors in the graph's
 * file.
 */
final class JVectorSearcher implements Searcher {

  private final GraphSearcher searcher;
  private final PQVectors codes;
  private final VectorSimilarityFunction similarity;

  /**
   * @param codes null if the graph's file has the codes beside the links
   */
  JVectorSearcher(OnDiskGraphIndex graph, PQVectors codes, VectorSimilarityFunction similarity) {
    this.searcher = new GraphSearcher(graph);
    this.codes = codes;
    this.similarity = similarity;
  }

  @Override
  public int[] search(float[] query, int ef) {
    VectorFloat<?> target = JVectorIndex.vector(query);
    ScoringView view = (ScoringView) searcher.getView();
    ScoreFunction.ApproximateScoreFunction scores =
        codes == null
            ? view.approximateScoreFunctionFor(target, similarity)
            : codes.precomputedScoreFunctionFor(target, similarity);
    DefaultSearchScoreProvider provider =
        new DefaultSearchScoreProvider(scores, view.rerankerFor(target, similarity));
    SearchResult.NodeScore[] found =
        searcher.search(provider, DataSet.K, ef, 0, 0, Bits.ALL).getNodes();
    int[] ids = new int[found.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = found[i].node;
    }
    return ids;
  }

  @Override
  public void close() throws IOException {
    searcher.close();
  }
}
