/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.contender;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.JVectorIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An index that JVector writes.
 *
 * @param form what the index keeps of a vector
 */
record JVectorContender(JVectorIndex.Form form) implements Contender {

  @Override
  public List<String> rowNames() {
    return List.of(form.rowName());
  }

  @Override
  public SearchRow.Family family() {
    return SearchRow.Family.JVECTOR;
  }

  @Override
  public List<SearchRow> build(DataSet data, Path folder) throws IOException {
    JVectorIndex index = new JVectorIndex(form, data, folder);
    return List.of(new SearchRow(form.rowName(), family(), data, index, index::searcher, null));
  }
}
