/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.benchmark.data.SmallData;
import io.quantvec.benchmark.settings.DataSelection;
import io.quantvec.benchmark.settings.SearchSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationsBenchmarkTest {

  @TempDir Path folder;

  @Test
  void findsNeighborsByTheIdsThatUpdatesMoveAbout() throws IOException {
    SmallData.write(
        folder,
        VectorSimilarityFunction.COSINE,
        SmallData.vectors(300, 8, 1),
        SmallData.vectors(10, 8, 2));
    Path work = Files.createDirectory(folder.resolve("work"));
    SearchSettings settings =
        new SearchSettings(new DataSelection(folder, "", 300, 10), work, "1", "", null, false);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<String> csv =
        new GenerationsBenchmark(
                settings, 3, new PrintStream(printed, true, StandardCharsets.UTF_8))
            .run();
    assertEquals(1 + 4 * 3, csv.size());
    for (String line : csv.subList(1, csv.size())) {
      assertTrue(Double.parseDouble(line.split(",")[3]) > .9, line);
    }
    assertTrue(printed.toString(StandardCharsets.UTF_8).contains("300 vectors, 8 dimensions"));
  }
}
