/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.codec.query.RescoredKnnFloatVectorQuery;
import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.TopDocs;

/** How the candidates of a walk through a graph become the neighbours that are returned. */
@FunctionalInterface
public interface Rescoring {

  /** The candidates keep the order that their codes give them. */
  Rescoring NONE =
      (searcher, query, ef) ->
          searcher.search(new KnnFloatVectorQuery(LuceneIndex.FIELD, query, ef), DataSet.K);

  /** Lucene's own: all candidates are put in order by the floats that the index keeps. */
  Rescoring LUCENE =
      (searcher, query, ef) ->
          searcher.search(
              RescoreTopNQuery.createFullPrecisionRescorerQuery(
                  new KnnFloatVectorQuery(LuceneIndex.FIELD, query, ef),
                  query,
                  LuceneIndex.FIELD,
                  DataSet.K),
              DataSet.K);

  /** Ours: as many candidates are scored by the floats as may come among the best. */
  Rescoring QUANTVEC =
      (searcher, query, ef) ->
          searcher.search(
              new RescoredKnnFloatVectorQuery(LuceneIndex.FIELD, query, DataSet.K, ef, null),
              DataSet.K);

  /** The best {@link DataSet#K} documents of ef candidates, the best first. */
  TopDocs search(IndexSearcher searcher, float[] query, int ef) throws IOException;
}
