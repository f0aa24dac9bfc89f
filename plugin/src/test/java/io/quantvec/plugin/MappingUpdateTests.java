/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.common.xcontent.XContentType;

/** Precisions and calibrations change under an index that goes on being written and searched. */
public class MappingUpdateTests extends VectorIndexTestCase {

  private static final int K = 10;

  /** What updates name, one after the other. */
  private static final List<String> UPDATES =
      List.of(
          ", \"precision\": \"binary\", \"calibration\": {\"method\": \"minmax\"}",
          ", \"calibration\": {\"mode\": \"static\", \"ranges\": [-4, 4]}",
          ", \"precision\": \"int4\"",
          ", \"bits\": 3",
          ", \"bits\": 1.5, \"calibration\": {\"method\": \"percentile\", \"percentile\": 99.5}",
          ", \"allocation\": \"uniform\"",
          ", \"precision\": \"int2\", \"calibration\": {\"method\": \"entropy\"}",
          ", \"precision\": \"int8\", \"calibration\": {\"method\": \"mse\"}",
          ", \"calibration\": {\"mode\": \"static\", \"ranges\": {\"min\": -5, \"max\": 5}}",
          ", \"method\": {\"name\": \"hnsw\", \"parameters\": {\"m\": 8}}, \"precision\": \"ternary\","
              + " \"calibration\": {}");

  public void testIndexGoesOnUnderUpdates() throws IOException {
    SpaceType spaceType = randomFrom(SPACE_TYPES);
    createVectorIndex(", \"precision\": \"int4\", \"space_type\": \"" + spaceType.label() + "\"");
    List<float[]> vectors = new ArrayList<>();
    Set<QuantizationConfig> written = new HashSet<>();
    for (String update : UPDATES) {
      indexMore(vectors, 150);
      written.add(mappedConfig());
      updateMapping(update);
      assertFindsNeighbors(spaceType, vectors);
      if (rarely()) {
        reopen();
      }
      indexMore(vectors, 150);
      assertFindsNeighbors(spaceType, vectors);
      if (randomBoolean()) {
        mergeToOneSegment();
        assertWrittenAsMapped(vectors.size());
        assertFindsNeighbors(spaceType, vectors);
      }
    }
    mergeToOneSegment();
    assertWrittenAsMapped(vectors.size());
    reopen();
    assertFindsNeighbors(spaceType, vectors);
    assertEquals("every update changed how vectors are written", UPDATES.size(), written.size());
  }

  private void indexMore(List<float[]> vectors, int count) throws IOException {
    List<String> documents = new ArrayList<>();
    List<float[]> more = randomVectors(count);
    for (int i = 0; i < count; i++) {
      documents.add(document(vectors.size() + i, more.get(i)));
    }
    indexDocuments(vectors.size(), documents, 1);
    vectors.addAll(more);
  }

  /** The codes of one segment of all vectors; an id says which calibration is meant. */
  private void assertWrittenAsMapped(int count) throws IOException {
    List<SegmentField> segments = quantizations();
    assertEquals(1, segments.size());
    assertEquals(mappedConfig(), segments.get(0).config());
    assertEquals(count, segments.get(0).vectors());
  }

  private void assertFindsNeighbors(SpaceType spaceType, List<float[]> vectors) throws IOException {
    Map<Integer, float[]> stored = storedVectors();
    for (int i = 0; i < vectors.size(); i++) {
      assertArrayEquals(vectors.get(i), stored.get(i), 0);
    }
    double recall = 0;
    List<float[]> queries = randomVectors(5);
    for (float[] query : queries) {
      List<Integer> found = ids(searchFor(knn(query, K).rescore(Rescore.factor(20))).get());
      assertEquals(K, found.size());
      recall += recall(nearest(spaceType, vectors, query, K, i -> true), found) / queries.size();
    }
    assertThat(mappedConfig().toString(), recall, greaterThanOrEqualTo(0.7));
  }

  /** A new engine and a new directory: the segments themselves hand their calibration on. */
  public void testCalibrationsOutliveTheEngine() throws IOException {
    createVectorIndex(", \"precision\": \"int8\"");
    List<float[]> vectors = new ArrayList<>();
    indexMore(vectors, 1200);
    String id = quantizations().get(0).calibrationId();
    reopen();
    indexMore(vectors, 50);
    List<SegmentField> segments = quantizations();
    assertEquals(2, segments.size());
    for (SegmentField segment : segments) {
      assertEquals(id, segment.calibrationId());
    }
    mergeToOneSegment();
    SegmentField merged = quantizations().get(0);
    assertEquals(id, merged.calibrationId());
    assertEquals(1250, merged.provenance().copied());
  }

  /** Segments that are there already keep the codes that they have until they are merged. */
  public void testOldSegmentsStayAsTheyAre() throws IOException {
    createVectorIndex(", \"precision\": \"int8\"");
    index(randomVectors(100), 1);
    SegmentField before = quantizations().get(0);
    updateMapping(", \"calibration\": {\"mode\": \"static\", \"ranges\": [-3, 3]}");
    assertEquals(before.calibrationId(), quantizations().get(0).calibrationId());
    // A merge to one segment has nothing to do where there is one.
    mergeToOneSegment();
    assertEquals(before.calibrationId(), quantizations().get(0).calibrationId());
    reopen();
    assertEquals(before.calibrationId(), quantizations().get(0).calibrationId());
    indexDocuments(100, List.of(document(100, new float[DIMENSION])), 1);
    assertEquals(2, quantizations().size());
    mergeToOneSegment();
    SegmentField after = quantizations().get(0);
    assertEquals(CodeReason.STATIC, after.provenance().reason());
    assertEquals(mappedConfig(), after.config());
    assertNotEquals(before.calibrationId(), after.calibrationId());
  }

  public void testSegmentsOfOneRangeAreCopied() throws IOException {
    createVectorIndex(
        ", \"precision\": \"int4\", \"calibration\": {\"mode\": \"static\", \"ranges\": [-4, 4]}");
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      indexMore(vectors, 40);
      reopen();
    }
    assertEquals(1, quantizations().stream().map(SegmentField::calibrationId).distinct().count());
    mergeToOneSegment();
    SegmentField merged = quantizations().get(0);
    assertEquals(CodeOrigin.COPIED, merged.provenance().origin());
    assertEquals(120, merged.provenance().copied());
    assertFindsNeighbors(SpaceType.L2, vectors);
  }

  /** The mapping in the cluster state is what every node and every restart reads. */
  public void testMappingIsGivenBack() {
    String ranges =
        "{\"min\": [" + "-1.5,".repeat(15) + "-2], \"max\": [" + "1.5,".repeat(15) + "2]}";
    createVectorIndex(", \"calibration\": {\"mode\": \"static\", \"ranges\": " + ranges + "}");
    QuantizationConfig config = mappedConfig();
    String before = mappingOfTheClusterState();
    reopen();
    assertEquals(before, mappingOfTheClusterState());
    assertEquals(config, mappedConfig());
    client().admin().indices().preparePutMapping(INDEX).setSource(before, XContentType.JSON).get();
    assertEquals(before, mappingOfTheClusterState());
    assertEquals(config, mappedConfig());
  }

  private String mappingOfTheClusterState() {
    return client()
        .admin()
        .indices()
        .prepareGetMappings(INDEX)
        .get()
        .mappings()
        .get(INDEX)
        .source()
        .toString();
  }
}
