/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.ClippingRange;
import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.write.CalibrationLearning;
import io.quantvec.plugin.QuantvecPlugin;
import io.quantvec.plugin.calibration.store.CalibrationSpec;
import io.quantvec.plugin.calibration.store.CalibrationVersion;
import io.quantvec.plugin.calibration.store.CalibrationsMetadata;
import io.quantvec.plugin.calibration.store.NamedCalibration;
import io.quantvec.plugin.calibration.store.NodeCalibrations;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterModule;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.Diff;
import org.opensearch.cluster.NamedDiff;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.common.breaker.TestCircuitBreaker;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.NamedWriteable;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.transport.TransportAddress;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.test.OpenSearchTestCase;

/** Stored calibrations in the cluster state: on disk, between nodes, and on a node. */
public class CalibrationsMetadataTests extends OpenSearchTestCase {

  private static CalibrationVersion version(int seed) {
    Random random = new Random(seed);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      float[] vector = new float[40];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) random.nextGaussian() / (1 + d);
      }
      vectors.add(vector);
    }
    CalibrationSpec spec =
        new CalibrationSpec(
            Precision.BITS,
            1.5,
            Allocation.MIXED,
            ScaleMethod.PERCENTILE,
            ClippingRange.DEFAULT_PERCENTILE);
    Calibration learned =
        CalibrationLearning.learn(spec.config(), SpaceType.L2.similarity(), vectors);
    boolean ofIndex = seed % 2 == 0;
    return CalibrationVersion.of(
        learned, spec, SpaceType.L2, ofIndex ? "i" : null, ofIndex ? "f" : null, 1000L * seed);
  }

  private static CalibrationsMetadata metadata(Map<String, List<CalibrationVersion>> versions) {
    CalibrationsMetadata metadata = CalibrationsMetadata.EMPTY;
    for (Map.Entry<String, List<CalibrationVersion>> entry : versions.entrySet()) {
      metadata = metadata.with(entry.getKey(), new NamedCalibration(entry.getValue()));
    }
    return metadata;
  }

  private static CalibrationsMetadata some() {
    return metadata(Map.of("b", List.of(version(1), version(2)), "a", List.of(version(3))));
  }

  private static ClusterState state(CalibrationsMetadata metadata) {
    return metadata.in(ClusterState.builder(new ClusterName("c")).build());
  }

  public void testIsReadBackFromDisk() throws IOException {
    CalibrationsMetadata before = some();
    Metadata metadata = Metadata.builder().putCustom(CalibrationsMetadata.TYPE, before).build();
    for (XContentType type : List.of(XContentType.JSON, XContentType.SMILE)) {
      for (String context : List.of("GATEWAY", "SNAPSHOT")) {
        XContentBuilder builder = XContentBuilder.builder(type.xContent()).startObject();
        metadata.toXContent(
            builder, new ToXContent.MapParams(Map.of(Metadata.CONTEXT_MODE_PARAM, context)));
        BytesReference bytes = BytesReference.bytes(builder.endObject());
        List<NamedXContentRegistry.Entry> known =
            new ArrayList<>(ClusterModule.getNamedXWriteables());
        // A node whose plugin is gone leaves it out, and starts.
        assertNull(read(type, bytes, known));
        known.addAll(new QuantvecPlugin().getNamedXContent());
        assertEquals(before, read(type, bytes, known));
      }
    }
    // Nobody who looks at the cluster's state wants megabytes of digits.
    assertFalse(before.context().contains(Metadata.XContentContext.API));
  }

  private static CalibrationsMetadata read(
      XContentType type, BytesReference bytes, List<NamedXContentRegistry.Entry> known)
      throws IOException {
    try (XContentParser parser =
        type.xContent().createParser(new NamedXContentRegistry(known), null, bytes.streamInput())) {
      return Metadata.Builder.fromXContent(parser).custom(CalibrationsMetadata.TYPE);
    }
  }

  public void testIsSentToOtherNodesAsAWholeAndInParts() throws IOException {
    NamedWriteableRegistry registry =
        new NamedWriteableRegistry(new QuantvecPlugin().getNamedWriteables());
    CalibrationsMetadata before = some();
    CalibrationVersion more = version(4);
    CalibrationsMetadata after = before.with("c", new NamedCalibration(List.of(more)));
    assertEquals(before, sent(registry, before, Metadata.Custom.class));
    Diff<Metadata.Custom> diff = after.diff(before);
    try (BytesStreamOutput out = new BytesStreamOutput()) {
      out.writeNamedWriteable((NamedDiff<?>) diff);
      // One more calibration sends only that one.
      assertTrue(out.size() < more.content().length() + 500);
      try (StreamInput in =
          new NamedWriteableAwareStreamInput(out.bytes().streamInput(), registry)) {
        @SuppressWarnings("unchecked")
        Diff<Metadata.Custom> read = in.readNamedWriteable(NamedDiff.class);
        assertEquals(after, read.apply(before));
      }
    }
    assertEquals(before, before.diff(after).apply(after));
  }

  private static <T extends NamedWriteable> T sent(
      NamedWriteableRegistry registry, T value, Class<? super T> type) throws IOException {
    try (BytesStreamOutput out = new BytesStreamOutput()) {
      out.writeNamedWriteable(value);
      try (StreamInput in =
          new NamedWriteableAwareStreamInput(out.bytes().streamInput(), registry)) {
        @SuppressWarnings("unchecked")
        T read = (T) in.readNamedWriteable(type.asSubclass(NamedWriteable.class));
        return read;
      }
    }
  }

  public void testContentOfANewerVersionIsRefused() throws IOException {
    try (BytesStreamOutput out = new BytesStreamOutput()) {
      version(1).writeTo(out);
      byte[] bytes = BytesReference.toBytes(out.bytes());
      bytes[0]++;
      Exception e =
          expectThrows(
              IOException.class, () -> new CalibrationVersion(new BytesArray(bytes).streamInput()));
      assertTrue(e.getMessage(), e.getMessage().contains("in form [1], found [2]"));
    }
  }

  public void testANodeFollowsTheClusterState() throws IOException {
    NodeCalibrations node = new NodeCalibrations();
    TestCircuitBreaker breaker = new TestCircuitBreaker();
    breaker.startBreaking();
    node.countWith(breaker);
    CalibrationsMetadata metadata = some();
    ClusterState empty = state(CalibrationsMetadata.EMPTY);
    node.applyClusterState(new ClusterChangedEvent("test", state(metadata), empty));
    assertEquals(List.of("a", "b"), List.copyOf(node.names()));
    CalibrationVersion first = version(1);
    assertEquals(version(2).id(), node.find("b", null).id());
    assertEquals(first.id(), node.find("b", first.id()).id());
    assertNull(node.find("a", first.id()));
    assertNull(node.find("c", null));
    CalibrationConfig content = node.content(node.find("b", first.id()));
    assertArrayEquals(first.calibration().id(), content.frozen().id());
    assertSame(content, node.content(node.find("b", first.id())));
    node.applyClusterState(new ClusterChangedEvent("test", empty, state(metadata)));
    assertEquals(Set.of(), new HashSet<>(node.names()));
    assertNull(node.find("b", first.id()));
  }

  public void testDamagedContentIsAsGoodAsNone() {
    CalibrationVersion good = version(1);
    byte[] bytes = BytesReference.toBytes(good.content());
    bytes[bytes.length / 2] ^= 1;
    CalibrationVersion damaged =
        new CalibrationVersion(
            good.id(),
            new BytesArray(bytes),
            new CalibrationVersion.Origin(good.origin().created(), null, null),
            good.spec(),
            new CalibrationVersion.Fields(good.fields().spaceType(), good.fields().dimension()),
            new CalibrationVersion.Summary(
                good.summary().sampleSize(),
                good.summary().transform(),
                good.summary().bits(),
                good.summary().expectedError(),
                good.summary().clipRate()));
    assertNull(new NodeCalibrations().content(damaged));
  }

  public void testVersionsOfAName() {
    CalibrationVersion one = version(1);
    CalibrationVersion two = version(2);
    NamedCalibration named = new NamedCalibration(List.of(one)).with(two);
    assertEquals(two, named.newest());
    assertEquals(List.of(two, one), named.with(one).versions());
    assertEquals(List.of(one), named.without(two.id()).versions());
    assertNull(named.without(two.id()).without(one.id()));
    assertEquals(
        64,
        one.summary().bits().stream().mapToInt(group -> group.bits() * group.dimensions()).sum(),
        16);
  }

  public void testUsesAreFoundInAllMappings() throws IOException {
    String use =
        "{\"type\": \"quantized_vector\", \"calibration\": {\"mode\": \"static\", \"name\": \"n\","
            + " \"id\": \"1\"}}";
    String mapping =
        "{\"properties\": {\"a\": "
            + use
            + ", \"o\": {\"properties\": {\"b\": "
            + use
            + "}}, \"p\": {\"type\": \"nested\", \"properties\": {\"c\": "
            + use
            + "}}, \"d\": {\"type\": \"quantized_vector\", \"calibration\": {\"mode\":"
            + " \"dynamic\"}}}}";
    Metadata.Builder metadata = Metadata.builder();
    for (boolean quantized : new boolean[] {true, false}) {
      metadata.put(
          IndexMetadata.builder("i" + quantized)
              .settings(
                  Settings.builder()
                      .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT)
                      .put("index.quantized_vector", quantized))
              .numberOfShards(1)
              .numberOfReplicas(0)
              .putMapping(mapping));
    }
    ClusterState state = ClusterState.builder(new ClusterName("c")).metadata(metadata).build();
    assertEquals(
        Set.of("itrue/a", "itrue/o.b", "itrue/p.c"),
        Set.copyOf(CalibrationUse.in(state).stream().map(CalibrationUse::toString).toList()));
  }

  public void testClustersWithNodesWithoutThePluginAreRefused() {
    DiscoveryNodes.Builder nodes = DiscoveryNodes.builder();
    for (String name : List.of("with", "without")) {
      nodes.add(
          new DiscoveryNode(
              name,
              name,
              new TransportAddress(InetAddress.getLoopbackAddress(), name.length()),
              name.equals("with") ? Map.of("quantized_vector", "1") : Map.of(),
              Set.of(),
              Version.CURRENT));
    }
    ClusterState both = ClusterState.builder(new ClusterName("c")).nodes(nodes).build();
    Exception e =
        expectThrows(
            IllegalArgumentException.class, () -> TransportStoreCalibrationAction.checkNodes(both));
    assertTrue(e.getMessage(), e.getMessage().contains("got the nodes [without] without it"));
    TransportStoreCalibrationAction.checkNodes(
        ClusterState.builder(both).nodes(nodes.remove("without")).build());
  }

  public void testTheLimitIsOfAllTogether() {
    CalibrationVersion more = version(4);
    CalibrationsMetadata all = some();
    long needed = all.memory() + more.memory();
    TransportStoreCalibrationAction.checkMemory("n", more, all, new ByteSizeValue(needed));
    Exception e =
        expectThrows(
            IllegalArgumentException.class,
            () ->
                TransportStoreCalibrationAction.checkMemory(
                    "n", more, all, new ByteSizeValue(needed - 1)));
    assertTrue(e.getMessage(), e.getMessage().contains(new ByteSizeValue(all.memory()) + ""));
  }
}
