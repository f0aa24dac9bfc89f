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

/** How the candidates of a graph search become the neighbors that the search returns. */
@FunctionalInterface
public interface Rescoring {

  /** No rescoring: candidates keep the order of their codes. */
  Rescoring NONE =
      (searcher, query, ef) ->
          searcher.search(new KnnFloatVectorQuery(LuceneIndex.FIELD, query, ef), DataSet.K);

  /** Lucene's rescoring: scores all candidates with the floats of the index. */
  Rescoring LUCENE =
      (searcher, query, ef) ->
          searcher.search(
              RescoreTopNQuery.createFullPrecisionRescorerQuery(
                  new KnnFloatVectorQuery(LuceneIndex.FIELD, query, ef),
                  query,
                  LuceneIndex.FIELD,
                  DataSet.K),
              DataSet.K);

  /** Quantvec's rescoring: scores only candidates that may be among the best. */
  Rescoring QUANTVEC =
      (searcher, query, ef) ->
          searcher.search(
              new RescoredKnnFloatVectorQuery(LuceneIndex.FIELD, query, DataSet.K, ef, null),
              DataSet.K);

  /** Returns the best {@link DataSet#K} of ef candidates, best first. */
  TopDocs search(IndexSearcher searcher, float[] query, int ef) throws IOException;
}
