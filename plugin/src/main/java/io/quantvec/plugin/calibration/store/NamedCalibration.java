/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.cluster.AbstractDiffable;
import org.opensearch.cluster.Diff;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** All versions of a name. */
public final class NamedCalibration extends AbstractDiffable<NamedCalibration> {

  private final List<CalibrationVersion> versions;

  /**
   * @param versions the oldest first; at least one
   */
  public NamedCalibration(List<CalibrationVersion> versions) {
    this.versions = List.copyOf(versions);
  }

  public NamedCalibration(StreamInput in) throws IOException {
    this(in.readList(CalibrationVersion::new));
  }

  static Diff<NamedCalibration> readDiff(StreamInput in) throws IOException {
    return readDiffFrom(NamedCalibration::new, in);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeList(versions);
  }

  /** The oldest first. */
  public List<CalibrationVersion> versions() {
    return versions;
  }

  /** The version for a mapping that names no version. */
  public CalibrationVersion newest() {
    return versions.get(versions.size() - 1);
  }

  /** The version of an id; null if there is none. */
  public CalibrationVersion version(String id) {
    return versions.stream().filter(version -> version.id().equals(id)).findFirst().orElse(null);
  }

  /** With a version as the newest. */
  public NamedCalibration with(CalibrationVersion version) {
    List<CalibrationVersion> more = new ArrayList<>(versions);
    more.removeIf(other -> other.id().equals(version.id()));
    more.add(version);
    return new NamedCalibration(more);
  }

  /** Without a version; null if it was the only one. */
  public NamedCalibration without(String id) {
    List<CalibrationVersion> fewer = new ArrayList<>(versions);
    fewer.removeIf(version -> version.id().equals(id));
    return fewer.isEmpty() ? null : new NamedCalibration(fewer);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamedCalibration that && versions.equals(that.versions);
  }

  @Override
  public int hashCode() {
    return versions.hashCode();
  }
}
