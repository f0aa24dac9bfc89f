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

class SegmentsBenchmarkTest {

  @TempDir Path folder;

  @Test
  void measuresEachLayoutBesideOneSegment() throws IOException {
    SmallData.write(
        folder,
        VectorSimilarityFunction.COSINE,
        SmallData.vectors(320, 8, 1),
        SmallData.vectors(5, 8, 2));
    Path work = Files.createDirectory(folder.resolve("work"));
    SearchSettings settings =
        new SearchSettings(
            new DataSelection(folder, "", 320, 5), work, "1", "int8|fp32, 4", null, false);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<String> csv =
        new SegmentsBenchmark(settings, new PrintStream(printed, true, StandardCharsets.UTF_8))
            .run();
    assertEquals(1 + 4 * 3, csv.size());
    for (String line : csv.subList(1, csv.size())) {
      assertTrue(Double.parseDouble(line.substring(line.lastIndexOf(',') + 1)) > 0, line);
    }
    assertTrue(printed.toString(StandardCharsets.UTF_8).contains("quantvec binary, copy int8, 16"));
  }
}
