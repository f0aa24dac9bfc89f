/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.calibration.CalibrationResponse;
import io.quantvec.plugin.calibration.CreateCalibrationAction;
import io.quantvec.plugin.calibration.CreateCalibrationRequest;
import io.quantvec.plugin.calibration.DeleteCalibrationAction;
import io.quantvec.plugin.calibration.DeleteCalibrationRequest;
import io.quantvec.plugin.calibration.GetCalibrationsAction;
import io.quantvec.plugin.calibration.GetCalibrationsRequest;
import io.quantvec.plugin.calibration.store.CalibrationVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.index.LeafReaderContext;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.transport.client.Client;

/** A cluster with calibrations that are stored in it, and an index's segments that use them. */
abstract class CalibrationClusterTestCase extends VectorClusterTestCase {

  static final String FIELD = "v";
  static final int LENGTH = 48;
  static final String REPOSITORY = "repository";

  CalibrationResponse learn(Client client, String name, String body) throws IOException {
    try (XContentParser parser = createParser(XContentType.JSON.xContent(), body)) {
      return client
          .execute(CreateCalibrationAction.INSTANCE, CreateCalibrationRequest.parse(name, parser))
          .actionGet();
    }
  }

  static CalibrationVersion stored(Client client, String name) {
    return client
        .execute(GetCalibrationsAction.INSTANCE, new GetCalibrationsRequest(name))
        .actionGet()
        .byName()
        .get(name)
        .newest();
  }

  static void delete(Client client, String name) {
    assertAcked(
        client
            .execute(DeleteCalibrationAction.INSTANCE, new DeleteCalibrationRequest(name, null))
            .actionGet());
  }

  void create(String index, int shards, int replicas, String parameters) {
    assertAcked(
        prepareCreate(index)
            .setSettings(
                Settings.builder()
                    .put("index.quantized_vector", true)
                    .put("index.refresh_interval", -1)
                    .put("index.number_of_shards", shards)
                    .put("index.number_of_replicas", replicas))
            .setMapping(mapping(parameters)));
    ensureGreen(index);
  }

  static String mapping(String parameters) {
    return "{\"properties\": {\"v\": {\"type\": \"quantized_vector\", \"dimension\": "
        + LENGTH
        + ", \"space_type\": \"cosinesimil\""
        + parameters.replace('\'', '"')
        + "}}}";
  }

  static float[] spread(int id) {
    Random random = new Random(id);
    float[] vector = new float[LENGTH];
    for (int d = 0; d < LENGTH; d++) {
      vector[d] = (float) (0.2 + random.nextGaussian() / (1 + d));
    }
    return vector;
  }

  BulkResponse tryToAdd(String index, int first, int count) {
    BulkRequestBuilder bulk = client().prepareBulk();
    for (int id = first; id < first + count; id++) {
      bulk.add(
          client()
              .prepareIndex(index)
              .setId("" + id)
              .setSource(
                  "{\"v\": " + Arrays.toString(spread(id)).replace(" ", "") + "}",
                  XContentType.JSON));
    }
    return bulk.get();
  }

  void add(String index, int first, int count) {
    BulkResponse response = tryToAdd(index, first, count);
    assertFalse(response.buildFailureMessage(), response.hasFailures());
    refresh(index);
  }

  /** What all segments of all copies say. */
  static List<SegmentField> segments(String index) throws IOException {
    List<SegmentField> all = new ArrayList<>();
    for (IndicesService indices : internalCluster().getDataNodeInstances(IndicesService.class)) {
      for (IndexService service : indices) {
        for (IndexShard shard : service) {
          if (service.index().getName().equals(index)) {
            try (Engine.Searcher searcher = shard.acquireSearcher("test")) {
              for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
                QuantizedVectorValues values = QuantizedVectorValues.of(leaf.reader(), FIELD);
                if (values != null) {
                  all.add(values.quantization());
                }
              }
            }
          }
        }
      }
    }
    return all;
  }

  static Set<String> ids(String index) throws IOException {
    return segments(index).stream().map(SegmentField::calibrationId).collect(Collectors.toSet());
  }

  static String message(Exception e) {
    return e.toString() + (e.getCause() == null ? "" : e.getCause());
  }
}
