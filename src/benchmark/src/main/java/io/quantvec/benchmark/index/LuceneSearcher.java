/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;

/**
 * Searches a Lucene index of any format.
 *
 * @param searcher searches an index with the field {@link LuceneIndex#FIELD}
 * @param rescoring how candidates are rescored
 */
public record LuceneSearcher(IndexSearcher searcher, Rescoring rescoring) implements Searcher {

  @Override
  public int[] search(float[] query, int ef) throws IOException {
    ScoreDoc[] found = rescoring.search(searcher, query, ef).scoreDocs;
    int[] ids = new int[found.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = found[i].doc;
    }
    return ids;
  }
}
