/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.data.ExhaustiveSearch;
import io.quantvec.benchmark.data.FloatFile;
import io.quantvec.benchmark.data.GrownData;
import io.quantvec.benchmark.data.SmallData;
import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.index.Rescoring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.VectorUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryIndexTest {

  private static final int DIMENSION = 16;
  private static final int VECTORS = 400;
  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.DOT_PRODUCT;

  @TempDir Path folder;

  private static DataSet data(int vectors) {
    List<float[]> base = Arrays.asList(units(SmallData.vectors(vectors, DIMENSION, 1)));
    float[][] queries = units(SmallData.vectors(10, DIMENSION, 2));
    return DataSet.of(
        "tiny",
        SIMILARITY,
        base,
        queries,
        ExhaustiveSearch.nearest(SIMILARITY, base, queries, DataSet.K));
  }

  private static float[][] units(float[][] vectors) {
    for (float[] vector : vectors) {
      VectorUtil.l2normalize(vector);
    }
    return vectors;
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      return names;
    }
  }

  static Stream<MemoryFormat> contenders() {
    return MemoryFormat.all().stream();
  }

  @ParameterizedTest
  @MethodSource("contenders")
  void aMergeLeavesTheIndexAsItIs(MemoryFormat format) throws IOException {
    DataSet data = data(VECTORS);
    IndexCost cost = MemoryIndex.write(folder, format.format(), data.base(), SIMILARITY);
    assertTrue(cost.codes() > VECTORS && cost.graph() > 0, cost.toString());
    Set<String> before = files();
    try (MemoryIndex index = new MemoryIndex(folder, format.format())) {
      assertEquals(
          1 + MemoryIndex.SMALL_SEGMENTS, index.searcher().getIndexReader().leaves().size());
      assertEquals(360, index.searcher().getIndexReader().leaves().get(0).reader().maxDoc());
      index.merge();
      assertNotEquals(before, files());
      int found = 0;
      for (int q = 0; q < data.queries().length; q++) {
        for (ScoreDoc hit :
            format.rescoring().search(index.searcher(), data.queries()[q], 100).scoreDocs) {
          found += data.isNearest(q, hit.doc) ? 1 : 0;
        }
      }
      // Codes of one bit without rescoring find a third in this low dimension.
      int least = format.rescoring() == Rescoring.NONE ? 25 : 90;
      assertTrue(found > least, "found " + found + " of 100");
    }
    assertEquals(before, files());
  }

  @Test
  void copiesAreNearTheirVectors() {
    DataSet data = data(60);
    assertSame(data, GrownData.of(data, 60));
    DataSet grown = GrownData.of(data, 150);
    assertEquals(150, grown.base().size());
    for (int id = 0; id < grown.base().size(); id++) {
      float[] vector = data.base().get(id % 60);
      float cosine = VectorUtil.dotProduct(vector, grown.base().get(id));
      assertEquals(1, VectorUtil.dotProduct(grown.base().get(id), grown.base().get(id)), 1e-5);
      assertTrue(id < 60 ? cosine > .9999 : cosine < .999 && cosine > .6, "cosine " + cosine);
    }
    // With more vectors the tenth nearest is at least as near.
    for (int q = 0; q < data.queries().length; q++) {
      assertTrue(grown.thresholds()[q] >= data.thresholds()[q]);
    }
    assertArrayEquals(grown.base().get(149), GrownData.of(data, 150).base().get(149));
  }

  @Test
  void floatsPassThroughAFile() throws IOException {
    float[][] vectors = SmallData.vectors(7, DIMENSION, 3);
    Path file = folder.resolve("floats");
    FloatFile.write(file, vectors);
    assertArrayEquals(vectors, FloatFile.read(file));
  }
}
