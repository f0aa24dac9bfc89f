/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.FlatIndex;
import io.quantvec.codec.score.QueryRounding;
import io.quantvec.codec.segment.QuantizedVectorValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.util.VectorUtil;

/** Measures a format on a data set. */
final class RecallMeter {

  private static final int SHALLOW = 20;
  private static final int DEEP = 50;

  /** Queries before the clock starts, so that the kernels are compiled. */
  private static final int WARMUP_QUERIES = 10;

  /** Vectors that are indexed before the clock starts; enough to learn a transform. */
  private static final int WARMUP_VECTORS = 4_000;

  private final DataSet data;

  RecallMeter(DataSet data) {
    this.data = data;
  }

  /** Indexes the data and runs every query. */
  RecallRow measure(RecallFormat format) throws IOException {
    boolean unit = format.unitVectors();
    VectorSimilarityFunction similarity =
        unit ? VectorSimilarityFunction.DOT_PRODUCT : data.similarity();
    warmUp(format, similarity);
    FlatIndex.Vectors vectors = vectors(data.base().size(), unit);
    try (FlatIndex index = new FlatIndex(format.format(), similarity, vectors)) {
      LeafReader leaf = index.segment();
      for (int q = 0; q < Math.min(WARMUP_QUERIES, data.queries().length); q++) {
        search(leaf, query(q, unit));
      }
      long found = 0;
      long foundShallow = 0;
      long foundDeep = 0;
      long nanos = 0;
      for (int q = 0; q < data.queries().length; q++) {
        float[] query = query(q, unit);
        long start = System.nanoTime();
        ScoreDoc[] hits = search(leaf, query);
        nanos += System.nanoTime() - start;
        found += countNearest(q, Arrays.asList(hits));
        foundShallow += countNearest(q, rescore(leaf, query, hits, SHALLOW));
        foundDeep += countNearest(q, rescore(leaf, query, hits, DEEP));
      }
      RecallRow.Recall recall =
          new RecallRow.Recall(
              share(found),
              share(foundShallow),
              share(foundDeep),
              recallOfQueries(leaf, QueryRounding.NONE),
              recallOfQueries(leaf, QueryRounding.toBits(8)),
              recallOfQueries(leaf, QueryRounding.toBits(6)),
              recallOfQueries(leaf, QueryRounding.toBits(4)));
      EncodingStages.Times times = format.stages().measure(vectors, similarity);
      checkCalibration(format, leaf, times);
      RecallRow.Cost cost =
          new RecallRow.Cost(
              times.calibrationId() == null ? Double.NaN : index.calibrationBytes(),
              times.calibration(),
              times.encoding(),
              index.buildSeconds(),
              nanos / 1e6 / data.queries().length);
      double bytesPerVector = (double) index.codeBytes() / vectors.count();
      return new RecallRow(data.name(), format, bytesPerVector, recall, cost);
    }
  }

  /**
   * Runs all timed code once on a few vectors, so that the first rows do not pay for compilation.
   */
  private void warmUp(RecallFormat format, VectorSimilarityFunction similarity) throws IOException {
    FlatIndex.Vectors few =
        vectors(Math.min(WARMUP_VECTORS, data.base().size()), format.unitVectors());
    new FlatIndex(format.format(), similarity, few).close();
    format.stages().measure(few, similarity);
  }

  private FlatIndex.Vectors vectors(int count, boolean unit) {
    return new FlatIndex.Vectors() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public float[] get(int id) {
        return unit ? normalized(data.base().get(id)) : data.base().get(id);
      }
    };
  }

  private double share(long found) {
    return found / ((double) data.queries().length * DataSet.K);
  }

  /**
   * Returns the recall with queries of a rounding; NaN where queries are not rounded. Uses every
   * core, because nothing is timed.
   */
  private double recallOfQueries(LeafReader leaf, QueryRounding rounding) throws IOException {
    if (!QueryBitsSearch.applies(leaf)) {
      return Double.NaN;
    }
    return share(
        IntStream.range(0, data.queries().length)
            .parallel()
            .mapToLong(
                q -> {
                  try {
                    float[] query = data.queries()[q];
                    return countNearest(
                        q, Arrays.asList(QueryBitsSearch.search(leaf, query, rounding, DataSet.K)));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .sum());
  }

  /**
   * Checks that the timed calibration is the index's own. Otherwise the times would belong to
   * another calibration.
   */
  private static void checkCalibration(
      RecallFormat format, LeafReader leaf, EncodingStages.Times times) throws IOException {
    String id =
        leaf.getFloatVectorValues(FlatIndex.FIELD) instanceof QuantizedVectorValues values
            ? values.quantization().calibrationId()
            : null;
    if (!Objects.equals(id, times.calibrationId())) {
      throw new IllegalStateException(
          format.name()
              + ": the index has the calibration "
              + id
              + ", but the one that was timed is "
              + times.calibrationId());
    }
  }

  private float[] query(int index, boolean unit) {
    return unit ? normalized(data.queries()[index]) : data.queries()[index];
  }

  /**
   * Returns the unit vector. A vector of length zero does not change: its inner products are 0, as
   * its cosines are.
   */
  private static float[] normalized(float[] vector) {
    return VectorUtil.l2normalize(vector.clone(), false);
  }

  private static ScoreDoc[] search(LeafReader leaf, float[] query) throws IOException {
    TopKnnCollector collector = new TopKnnCollector(DEEP, Integer.MAX_VALUE);
    leaf.searchNearestVectors(
        FlatIndex.FIELD, query, collector, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
    return collector.topDocs().scoreDocs;
  }

  private static List<ScoreDoc> rescore(LeafReader leaf, float[] query, ScoreDoc[] hits, int depth)
      throws IOException {
    List<ScoreDoc> rescored = new ArrayList<>();
    for (ScoreDoc hit : Arrays.asList(hits).subList(0, Math.min(depth, hits.length))) {
      rescored.add(new ScoreDoc(hit.doc, hit.score));
    }
    // The rescorer's iterator only moves forward.
    rescored.sort(Comparator.comparingInt(hit -> hit.doc));
    VectorScorer scorer = leaf.getFloatVectorValues(FlatIndex.FIELD).rescorer(query);
    for (ScoreDoc hit : rescored) {
      scorer.iterator().advance(hit.doc);
      hit.score = scorer.score();
    }
    rescored.sort(Comparator.comparingDouble(hit -> -hit.score));
    return rescored;
  }

  private int countNearest(int query, List<ScoreDoc> hits) {
    int count = 0;
    for (ScoreDoc hit : hits.subList(0, Math.min(DataSet.K, hits.size()))) {
      if (data.isNearest(query, hit.doc)) {
        count++;
      }
    }
    return count;
  }
}
