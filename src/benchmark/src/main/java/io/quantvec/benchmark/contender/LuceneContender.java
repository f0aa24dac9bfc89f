/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.contender;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.LuceneIndex;
import io.quantvec.benchmark.index.LuceneSearcher;
import io.quantvec.benchmark.index.Rescoring;
import io.quantvec.benchmark.index.WriteLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsFormat;

/**
 * An index that Lucene writes, in a format of its own or of Quantvec.
 *
 * @param family the family of all rows
 * @param format how vectors are stored, with a graph
 * @param ways how each row rescores, by the names of the rows
 */
public record LuceneContender(
    SearchRow.Family family, KnnVectorsFormat format, Map<String, Rescoring> ways)
    implements Contender {

  @Override
  public List<String> rowNames() {
    return List.copyOf(ways.keySet());
  }

  @Override
  public List<SearchRow> build(DataSet data, Path folder) throws IOException {
    // The graph compares codes where the format has codes, and floats otherwise.
    boolean codes = family != SearchRow.Family.LUCENE_FP32;
    LuceneIndex index = LuceneIndex.build(format, data, folder, codes);
    List<SearchRow> rows = new ArrayList<>();
    ways.forEach(
        (name, rescoring) ->
            rows.add(
                new SearchRow(
                    name,
                    family,
                    data,
                    index,
                    () -> new LuceneSearcher(index.searcher(), rescoring),
                    new WriteLoad(index, data, rescoring))));
    return rows;
  }
}
