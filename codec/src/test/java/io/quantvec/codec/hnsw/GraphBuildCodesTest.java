/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.SpectrumData;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.InfoStream;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The 8-bit codes by which a graph is built, for data with different spectra: the candidates that
 * the codes find for a vector contain its true neighbors.
 */
class GraphBuildCodesTest {

  private static final int VECTORS = 1_000;
  private static final int DIMENSION = 64;
  private static final int NEIGHBORS = 10;

  /** Half of the default efConstruction. */
  private static final int CANDIDATES = 50;

  private static final int QUERIES = 100;

  @TempDir Path folder;

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (SpectrumData data : SpectrumData.values()) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        cells.add(Arguments.of(data, similarity));
      }
    }
    return cells.stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void candidatesContainTheNearest(SpectrumData data, VectorSimilarityFunction similarity)
      throws IOException {
    float[][] vectors = data.vectors(DIMENSION, VECTORS, 1);
    if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
      Arrays.setAll(vectors, i -> VectorMath.normalized(vectors[i]));
    }
    QuantizationConfig config = new QuantizationConfig(Precision.FP16);
    QuantizedFlatVectorsFormat format = new QuantizedFlatVectorsFormat(config);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, similarity, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentReader segment = (SegmentReader) reader.leaves().get(0).reader();
        var info = segment.getSegmentInfo().info;
        FieldInfo field = segment.getFieldInfos().fieldInfo("v");
        String suffix =
            field.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY)
                + "_"
                + field.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_SUFFIX_KEY);
        SegmentWriteState state =
            new SegmentWriteState(
                InfoStream.NO_OUTPUT,
                directory,
                info,
                segment.getFieldInfos(),
                null,
                IOContext.DEFAULT,
                suffix);
        try (GraphBuildReader build =
            new GraphBuildReader(
                format.fieldsReader(
                    new SegmentReadState(
                        directory, info, segment.getFieldInfos(), IOContext.DEFAULT, suffix)),
                state)) {
          UpdateableRandomVectorScorer scorer =
              build
                  .getFlatVectorScorer("v")
                  .getRandomVectorScorerSupplier(similarity, build.getFloatVectorValues("v"))
                  .scorer();
          int found = 0;
          for (int query = 0; query < QUERIES; query++) {
            scorer.setScoringOrdinal(query);
            float[] exact = new float[VECTORS];
            float[] scores = new float[VECTORS];
            for (int i = 0; i < VECTORS; i++) {
              exact[i] = similarity.compare(vectors[query], vectors[i]);
              scores[i] = scorer.score(i);
            }
            Set<Integer> candidates = best(scores, CANDIDATES);
            found += (int) best(exact, NEIGHBORS).stream().filter(candidates::contains).count();
          }
          double recall = (double) found / (QUERIES * NEIGHBORS);
          assertTrue(recall >= .99, "expected a recall of at least .99, got " + recall);
        }
      }
    }
  }

  private static Set<Integer> best(float[] scores, int count) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(count)
        .collect(Collectors.toSet());
  }
}
