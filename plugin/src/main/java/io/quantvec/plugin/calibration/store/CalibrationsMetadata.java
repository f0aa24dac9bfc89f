/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.Diff;
import org.opensearch.cluster.DiffableUtils;
import org.opensearch.cluster.NamedDiff;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;

/**
 * The stored calibrations, as part of the cluster state: so every node has them before it has a
 * mapping that refers to one, and they are in restarts and in snapshots of the global state.
 */
public final class CalibrationsMetadata implements Metadata.Custom {

  /** The name in the cluster state. */
  public static final String TYPE = "quantized_vector_calibrations";

  public static final CalibrationsMetadata EMPTY = new CalibrationsMetadata(Map.of());

  private final Map<String, NamedCalibration> byName;

  /**
   * @param byName in no order
   */
  public CalibrationsMetadata(Map<String, NamedCalibration> byName) {
    this.byName = new TreeMap<>(byName);
  }

  /** Reads it from another node. */
  public CalibrationsMetadata(StreamInput in) throws IOException {
    this(in.readMap(StreamInput::readString, NamedCalibration::new));
  }

  /** Those of a cluster, which may be none. */
  public static CalibrationsMetadata of(ClusterState state) {
    CalibrationsMetadata known = state.metadata().custom(TYPE);
    return known == null ? EMPTY : known;
  }

  /** By name, in their order. Not to be changed. */
  public Map<String, NamedCalibration> byName() {
    return byName;
  }

  /** Memory that all of them take on a node that uses them. */
  public long memory() {
    return byName.values().stream()
        .flatMap(named -> named.versions().stream())
        .mapToLong(CalibrationVersion::memory)
        .sum();
  }

  /**
   * With another content under a name.
   *
   * @param named null to leave the name out
   */
  public CalibrationsMetadata with(String name, NamedCalibration named) {
    Map<String, NamedCalibration> changed = new TreeMap<>(byName);
    if (named == null) {
      changed.remove(name);
    } else {
      changed.put(name, named);
    }
    return new CalibrationsMetadata(changed);
  }

  /** A state with these calibrations. */
  public ClusterState in(ClusterState state) {
    return ClusterState.builder(state)
        .metadata(Metadata.builder(state.metadata()).putCustom(TYPE, this))
        .build();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeMap(byName, StreamOutput::writeString, (to, named) -> named.writeTo(to));
  }

  /** Not shown by the cluster state API, because the content is long and binary. */
  @Override
  public EnumSet<Metadata.XContentContext> context() {
    return EnumSet.of(Metadata.XContentContext.GATEWAY, Metadata.XContentContext.SNAPSHOT);
  }

  @Override
  public String getWriteableName() {
    return TYPE;
  }

  @Override
  public Version getMinimalSupportedVersion() {
    return Version.CURRENT.minimumCompatibilityVersion();
  }

  /** Versions in their form for other nodes: nothing but this class reads either. */
  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    for (Map.Entry<String, NamedCalibration> named : byName.entrySet()) {
      builder.startArray(named.getKey());
      for (CalibrationVersion version : named.getValue().versions()) {
        try (BytesStreamOutput out = new BytesStreamOutput()) {
          version.writeTo(out);
          builder.value(Base64.getEncoder().encodeToString(BytesReference.toBytes(out.bytes())));
        }
      }
      builder.endArray();
    }
    return builder;
  }

  /**
   * Reads what {@link #toXContent} wrote.
   *
   * @param parser at the object's start
   */
  public static CalibrationsMetadata fromXContent(XContentParser parser) throws IOException {
    Map<String, NamedCalibration> byName = new TreeMap<>();
    for (Map.Entry<String, Object> named : parser.map().entrySet()) {
      List<CalibrationVersion> versions = new ArrayList<>();
      for (Object version : (List<?>) named.getValue()) {
        byte[] bytes = Base64.getDecoder().decode((String) version);
        try (StreamInput in = StreamInput.wrap(bytes)) {
          versions.add(new CalibrationVersion(in));
        }
      }
      byName.put(named.getKey(), new NamedCalibration(versions));
    }
    return new CalibrationsMetadata(byName);
  }

  @Override
  public Diff<Metadata.Custom> diff(Metadata.Custom before) {
    return new ChangedNames(
        DiffableUtils.diff(
            ((CalibrationsMetadata) before).byName,
            byName,
            DiffableUtils.getStringKeySerializer()));
  }

  /** Reads what has changed from another node. */
  public static NamedDiff<Metadata.Custom> readDiffFrom(StreamInput in) throws IOException {
    return new ChangedNames(
        DiffableUtils.readJdkMapDiff(
            in,
            DiffableUtils.getStringKeySerializer(),
            NamedCalibration::new,
            NamedCalibration::readDiff));
  }

  /** Sends a new calibration to all nodes without sending all others again. */
  private record ChangedNames(Diff<Map<String, NamedCalibration>> names)
      implements NamedDiff<Metadata.Custom> {

    @Override
    public Metadata.Custom apply(Metadata.Custom before) {
      return new CalibrationsMetadata(names.apply(((CalibrationsMetadata) before).byName));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      names.writeTo(out);
    }

    @Override
    public String getWriteableName() {
      return TYPE;
    }

    @Override
    public Version getMinimalSupportedVersion() {
      return Version.CURRENT.minimumCompatibilityVersion();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CalibrationsMetadata that && byName.equals(that.byName);
  }

  @Override
  public int hashCode() {
    return byName.hashCode();
  }
}
