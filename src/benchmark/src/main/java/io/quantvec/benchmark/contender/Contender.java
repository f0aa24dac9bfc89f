/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.contender;

import io.quantvec.benchmark.data.DataSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** An index format with the rows that show its figures. */
public interface Contender {

  /** Returns the family of the rows. */
  SearchRow.Family family();

  /** Returns the names of the rows. */
  List<String> rowNames();

  /**
   * Builds and opens the index.
   *
   * @param folder an empty folder for this index only
   * @return a row for each name, all on the same index
   */
  List<SearchRow> build(DataSet data, Path folder) throws IOException;
}
