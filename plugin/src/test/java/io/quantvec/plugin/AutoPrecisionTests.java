/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.xcontent.XContentType;

/** Fields whose budget is chosen, as an index has them. */
public class AutoPrecisionTests extends VectorIndexTestCase {

  private double recall(List<float[]> vectors) {
    double found = 0;
    for (int i = 0; i < 20; i++) {
      float[] query = randomVectors(1).get(0);
      SearchResponse response = searchFor(knn(query, 10)).get();
      found += recall(nearest(SpaceType.L2, vectors, query, 10, id -> true), ids(response)) / 20;
    }
    return found;
  }

  public void testTheChoiceIsMadeAsTheIndexGrows() throws IOException {
    createVectorIndex(", \"precision\": \"auto\", \"target_recall\": 0.9");
    assertTrue(searchFor(knn(new float[DIMENSION], 10)).get().getHits().getHits().length == 0);
    List<float[]> vectors = randomVectors(900);
    index(vectors, 9);
    for (SegmentField few : quantizations()) {
      assertEquals(Precision.AUTO, few.config().precision());
      assertTrue(Float.isNaN(few.provenance().budget().expectedRecall()));
    }
    assertTrue(recall(vectors) > .85);
    mergeToOneSegment();
    reopen();
    SegmentField merged = quantizations().get(0);
    assertEquals(900, merged.provenance().budget().vectors());
    assertEquals(.9, merged.config().targetRecall(), 0);
    assertTrue(
        merged.provenance().budget().toString(),
        merged.provenance().budget().expectedRecall() >= .9);
    assertTrue(merged.config().bits() < 4);
    assertTrue(recall(vectors) > .85);
  }

  public void testWithoutACopyTheCodesAreFinal() throws IOException {
    createVectorIndex(", \"precision\": \"auto\", \"rerank\": \"none\"");
    List<float[]> vectors = randomVectors(700);
    index(vectors, 1);
    SegmentField chosen = quantizations().get(0);
    assertTrue(chosen.config().bits() > 2);
    assertTrue(chosen.provenance().budget().expectedRecall() > .9);
    assertTrue(recall(vectors) > .85);
  }

  public void testAMappingUpdateMayAskForIt() throws IOException {
    createVectorIndex(", \"precision\": \"binary\"");
    List<float[]> vectors = randomVectors(800);
    index(vectors.subList(0, 400), 1);
    client()
        .admin()
        .indices()
        .preparePutMapping(INDEX)
        .setSource(mapping(", \"precision\": \"auto\""), XContentType.JSON)
        .get();
    assertEquals(QuantizationConfig.DEFAULT_TARGET_RECALL, mappedConfig().targetRecall(), 0);
    indexDocuments(
        400,
        vectors.subList(400, 800).stream().map(v -> document(400 + vectors.indexOf(v), v)).toList(),
        1);
    assertTrue(recall(vectors) > .85);
    mergeToOneSegment();
    SegmentField merged = quantizations().get(0);
    assertEquals(Precision.AUTO, merged.config().precision());
    assertEquals(800, merged.provenance().budget().vectors());
    assertTrue(recall(vectors) > .85);
  }
}
