/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraph.NodesIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which graphs a merge uses. The levels show it: a copied graph keeps the levels of its nodes, and
 * levels of other nodes are drawn by ordinal.
 */
class SourceGraphsTest {

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;
  private static final int SMALL = 300;
  private static final int LARGE = 1_200;

  @TempDir Path folder;

  private Sort sort;

  @BeforeEach
  void unsorted() {
    sort = null;
  }

  private static KnnVectorsFormat format(int m) {
    return new QuantizedHnswVectorsFormat(
        new QuantizationConfig(Precision.INT4), m, 40, 1, null, 0);
  }

  private IndexWriterConfig config(KnnVectorsFormat format) {
    IndexWriterConfig config = IndexFixtures.config(format);
    return sort == null ? config : config.setIndexSort(sort);
  }

  private void add(Directory directory, KnnVectorsFormat format, int firstId, int count)
      throws IOException {
    IndexFixtures.addSegment(
        directory,
        config(format),
        SIMILARITY,
        firstId,
        VectorFixtures.clustered(count, 16, firstId));
  }

  /** The ids of the vectors on the levels above the lowest. */
  private static Set<Integer> upper(LeafReaderContext leaf, int firstId) throws IOException {
    HnswGraph graph = GraphIndexes.graph(leaf, "v");
    var values = leaf.reader().getFloatVectorValues("v");
    var ids = leaf.reader().getNumericDocValues("id");
    Set<Integer> upper = new HashSet<>();
    if (graph.numLevels() > 1) {
      NodesIterator nodes = graph.getNodesOnLevel(1);
      while (nodes.hasNext()) {
        ids.advanceExact(values.ordToDoc(nodes.nextInt()));
        if (ids.longValue() >= firstId) {
          upper.add((int) ids.longValue());
        }
      }
    }
    return upper;
  }

  private void expectCopied(boolean copied, int largeM, boolean deletes) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(16), 0, SMALL);
      add(directory, format(largeM), SMALL, LARGE);
      if (deletes) {
        try (IndexWriter writer = new IndexWriter(directory, config(format(16)))) {
          writer.deleteDocuments(new Term("key", Integer.toString(SMALL + 5)));
        }
      }
      expectCopied(copied, directory);
    }
  }

  private void expectCopied(boolean copied, Directory directory) throws IOException {
    Set<Integer> before;
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      before = upper(reader.leaves().get(1), SMALL);
    }
    IndexFixtures.forceMerge(directory, config(format(16)));
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      LeafReaderContext leaf = reader.leaves().get(0);
      assertEquals(1, reader.leaves().size());
      if (copied) {
        assertEquals(before, upper(leaf, SMALL));
      } else {
        assertNotEquals(before, upper(leaf, SMALL));
      }
      double recall = GraphIndexes.recall(leaf, VectorFixtures.clustered(30, 16, 7), 10, 100, null);
      assertEquals(1, recall, .03);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8})
  void largestGraphIsCopied(int m) throws IOException {
    expectCopied(true, m, false);
  }

  @Test
  void graphWithDeletesIsNotCopied() throws IOException {
    expectCopied(false, 16, true);
  }

  @Test
  void graphWithMoreLinksIsNotCopied() throws IOException {
    expectCopied(false, 24, false);
  }

  /**
   * Each source's documents keep their order in the merged segment, but documents of different
   * sources alternate.
   */
  @Test
  void largestGraphIsCopiedWithIndexSorting() throws IOException {
    sort = new Sort(new SortField("rank", SortField.Type.LONG));
    expectCopied(true, 16, false);
  }

  /** Graphs in Lucene's own format are used as well. */
  @Test
  void graphsOfLuceneAreCopied() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(16), 0, SMALL);
      add(directory, new Lucene99HnswVectorsFormat(16, 40, 1, null, 0), SMALL, LARGE);
      expectCopied(true, directory);
    }
  }

  /** Segments without the field or without a graph are not sources. */
  @Test
  void segmentsWithoutAGraphAreNotSources() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, format(16), 0, SMALL);
      add(directory, format(16), SMALL, LARGE);
      add(directory, new QuantizedFlatVectorsFormat(), SMALL + LARGE, 2 * LARGE);
      IndexFixtures.addSegment(
          directory, config(format(16)), SIMILARITY, SMALL + 3 * LARGE, new float[5][]);
      Set<Integer> before;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        before = upper(reader.leaves().get(1), SMALL);
      }
      IndexFixtures.forceMerge(directory, config(format(16)));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        Set<Integer> after = upper(reader.leaves().get(0), SMALL);
        after.removeIf(id -> id >= SMALL + LARGE);
        assertEquals(before, after);
      }
    }
  }
}
