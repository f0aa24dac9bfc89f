/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.contender;

import io.quantvec.benchmark.data.DataSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kind of index, and the rows that it gives. */
public interface Contender {

  /** Whose index it is. */
  SearchRow.Family family();

  /** The names of its rows. */
  List<String> rowNames();

  /**
   * Builds and opens the index.
   *
   * @param folder an empty one, for this index alone
   * @return a row for each name, all on the same index
   */
  List<SearchRow> build(DataSet data, Path folder) throws IOException;
}
