/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.common.settings.Settings;

/** What of a vector is left, and found, where the copy of 32 bit floats is dropped. */
public class RerankCopyTests extends VectorIndexTestCase {

  private static final int COUNT = 300;

  /** The largest error of a vector, as a share of its length, for int4 codes of these vectors. */
  private static double tolerance(RerankPrecision rerank) {
    return switch (rerank) {
      case FP32 -> 0;
      // Half a unit in the last of 11 bits.
      case FP16 -> 1.0 / (1 << 11);
      // Half a step of 1/127 of the largest component in each of 16 dimensions, at most.
      case INT8 -> 0.02;
      case NONE -> 0.35;
    };
  }

  private static double error(float[] expected, List<?> actual) {
    double squares = 0;
    double difference = 0;
    for (int d = 0; d < expected.length; d++) {
      squares += (double) expected[d] * expected[d];
      difference += Math.pow(expected[d] - ((Number) actual.get(d)).floatValue(), 2);
    }
    return Math.sqrt(difference / squares);
  }

  private double largestError(List<float[]> vectors) {
    double largest = 0;
    for (int i = 0; i < vectors.size(); i++) {
      Map<String, Object> source = client().prepareGet(INDEX, "" + i).get().getSourceAsMap();
      largest = Math.max(largest, error(vectors.get(i), (List<?>) source.get(FIELD)));
    }
    return largest;
  }

  public void testVectorsComeBackAsPreciselyAsTheyAreKept() throws IOException {
    for (RerankPrecision rerank : RerankPrecision.values()) {
      for (SpaceType spaceType : SPACE_TYPES) {
        String what = rerank + " " + spaceType;
        createVectorIndex(
            ", \"precision\": \"int4\", \"rerank\": \""
                + rerank.label()
                + "\", \"space_type\": \""
                + spaceType.label()
                + "\"");
        List<float[]> vectors = randomVectors(COUNT);
        index(vectors, 3);
        double first = largestError(vectors);
        assertTrue(what + " " + first, first <= tolerance(rerank));
        if (rerank != RerankPrecision.FP32) {
          assertTrue(what + " is exact, and so not what was asked for", first > 0);
        }
        for (int round = 0; round < 3; round++) {
          BulkRequestBuilder updates = client().prepareBulk();
          for (int i = 0; i < COUNT; i++) {
            updates.add(client().prepareUpdate(INDEX, "" + i).setDoc("t", round));
          }
          BulkResponse updated = updates.get();
          assertFalse(updated.buildFailureMessage(), updated.hasFailures());
          client().admin().indices().prepareRefresh(INDEX).get();
        }
        mergeToOneSegment();
        reopen();
        double last = largestError(vectors);
        // Each update reads what is kept and keeps it again.
        assertTrue(what + " " + first + " to " + last, last <= 2 * tolerance(rerank));
        for (SegmentField quantization : quantizations()) {
          assertEquals(rerank, quantization.rerankCopy());
        }
        client().admin().indices().prepareDelete(INDEX).get();
      }
    }
  }

  public void testSearchesRescoreWithTheCopy() throws IOException {
    for (RerankPrecision rerank : RerankPrecision.values()) {
      createVectorIndex(", \"precision\": \"binary\", \"rerank\": \"" + rerank.label() + "\"");
      List<float[]> vectors = randomVectors(COUNT);
      index(vectors, 2);
      double found = 0;
      for (int i = 0; i < 20; i++) {
        float[] query = randomVectors(1).get(0);
        List<Integer> exact = nearest(SpaceType.L2, vectors, query, 10, id -> true);
        found += recall(exact, ids(searchFor(knn(query, 10).rescore(Rescore.factor(10))).get()));
      }
      double least =
          switch (rerank) {
            case FP32, FP16 -> 0.97;
            case INT8 -> 0.9;
            case NONE -> 0.3;
          };
      assertTrue(rerank + " finds " + found / 20, found / 20 >= least);
      client().admin().indices().prepareDelete(INDEX).get();
    }
  }

  /** Segments of before keep what they have until they are merged. */
  public void testCopyIsDroppedByAMappingUpdate() throws IOException {
    createVectorIndex(", \"precision\": \"int4\"");
    List<float[]> vectors = randomVectors(COUNT);
    index(vectors, 2);
    updateMapping(", \"rerank\": \"int8\"");
    assertEquals(0, largestError(vectors), 0);
    mergeToOneSegment();
    assertEquals(RerankPrecision.INT8, quantizations().get(0).rerankCopy());
    assertTrue(largestError(vectors) <= tolerance(RerankPrecision.INT8));
    updateMapping(", \"rerank\": \"none\"");
    indexDocuments(COUNT, List.of(document(COUNT, vectors.get(0))), 1);
    mergeToOneSegment();
    assertEquals(RerankPrecision.NONE, quantizations().get(0).rerankCopy());
    assertTrue(largestError(vectors) <= tolerance(RerankPrecision.NONE));
  }

  public void testSortedIndexOfEveryKind() throws IOException {
    for (RerankPrecision rerank : RerankPrecision.values()) {
      client()
          .admin()
          .indices()
          .prepareCreate(INDEX)
          .setSettings(Settings.builder().put(indexSettings()).put("index.sort.field", "n"))
          .setMapping(mapping(", \"precision\": \"int4\", \"rerank\": \"" + rerank.label() + "\""))
          .get();
      List<float[]> vectors = randomVectors(100);
      index(vectors, 3);
      mergeToOneSegment();
      assertTrue(rerank + "", largestError(vectors) <= tolerance(rerank));
      client().admin().indices().prepareDelete(INDEX).get();
    }
  }
}
