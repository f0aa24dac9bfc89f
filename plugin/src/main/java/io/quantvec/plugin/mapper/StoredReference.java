/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.plugin.calibration.store.CalibrationVersion;
import io.quantvec.plugin.calibration.store.NodeCalibrations;
import io.quantvec.plugin.vector.MappingValues;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * A mapping's reference to one version of a stored calibration. The version does not change when
 * another one is stored under the name: segments of one field would have codes of two calibrations,
 * and every merge would have to re-encode.
 *
 * @param name the name
 * @param id the version, in hexadecimal digits
 */
public record StoredReference(String name, String id) implements ToXContentFragment {

  static final String NAME = "name";
  static final String ID = "id";

  private static final Pattern ID_DIGITS =
      Pattern.compile("[0-9a-f]{" + 2 * Calibration.ID_LENGTH + "}");

  /**
   * Reads the name, and the id if there is one. A mapping that is read back has one, and may have
   * come to a cluster that does not know the calibration; one that a user writes gets the newest.
   *
   * @param object the mapping's {@code calibration}
   * @return null if neither is given
   * @throws IllegalArgumentException if an id is given alone, or is none, or if no calibration of
   *     the name is stored and no id is given
   */
  static StoredReference parse(Map<?, ?> object, NodeCalibrations calibrations) {
    Object name = object.get(NAME);
    Object id = object.get(ID);
    if (name == null) {
      if (id != null) {
        throw new IllegalArgumentException(
            "[calibration.id] needs [calibration.name], got [calibration.id: "
                + MappingValues.shown(id)
                + "] alone");
      }
      return null;
    }
    String text = MappingValues.string("calibration.name", name);
    if (id != null) {
      String digits = MappingValues.string("calibration.id", id);
      if (!ID_DIGITS.matcher(digits).matches()) {
        throw new IllegalArgumentException(
            "[calibration.id] must be "
                + 2 * Calibration.ID_LENGTH
                + " hexadecimal digits in lower case, got ["
                + MappingValues.shown(digits)
                + "]");
      }
      return new StoredReference(text, digits);
    }
    CalibrationVersion newest = calibrations.find(text, null);
    if (newest == null) {
      throw new IllegalArgumentException(
          "no calibration is stored under [calibration.name: "
              + MappingValues.shown(text)
              + "], expected one of "
              + calibrations.names());
    }
    return new StoredReference(text, newest.id());
  }

  /** The stored version; null if the cluster does not have it. */
  CalibrationVersion find(NodeCalibrations calibrations) {
    return calibrations.find(name, id);
  }

  /**
   * A field's configuration with the calibration.
   *
   * @param codes the configuration without one
   * @return null if the cluster does not have the calibration
   * @throws IllegalArgumentException if it is for other fields, or other codes
   */
  QuantizationConfig config(
      QuantizationConfig codes, VectorParameters parameters, NodeCalibrations calibrations) {
    CalibrationVersion version = find(calibrations);
    if (version == null) {
      return null;
    }
    expect("dimension", version.fields().dimension(), parameters.dimension());
    expect("space_type", version.fields().spaceType().label(), parameters.spaceType().label());
    if (version.spec().precision() != codes.precision()
        || Double.compare(version.spec().bits(), codes.bits()) != 0) {
      throw new IllegalArgumentException(
          this
              + " is for "
              + version.spec().shownPrecision()
              + ", got "
              + parameters.shownPrecision()
              + "; an update that names the calibration has to name what it is for, too");
    }
    expect("allocation", version.spec().allocation().label(), codes.allocation().label());
    CalibrationConfig content = calibrations.content(version);
    return content == null ? null : codes.withCalibration(content);
  }

  private void expect(String parameter, Object expected, Object got) {
    if (!expected.equals(got)) {
      throw new IllegalArgumentException(
          this
              + " is for ["
              + parameter
              + ": "
              + expected
              + "], got ["
              + parameter
              + ": "
              + got
              + "]");
    }
  }

  /**
   * The configuration to write with while the cluster does not have the calibration. What was
   * accepted before must still be written, when a shard recovers or is merged: with the calibration
   * as open segments have it, or with one that is learned, which a merge will put right.
   */
  QuantizationConfig substitute(QuantizationConfig codes) {
    CalibrationConfig inUse = CalibrationConfig.frozenInUse(HexFormat.of().parseHex(id));
    try {
      return inUse == null ? codes : codes.withCalibration(inUse);
    } catch (IllegalArgumentException e) {
      // It is one for other codes: the mapping contradicts itself, and nobody could tell so far.
      return codes;
    }
  }

  /** Why no document is accepted, and what to do. */
  String missing() {
    return this
        + " is not stored in this cluster; restore the global state of a snapshot that has it, or"
        + " give the field another calibration by a mapping update, such as {\"mode\": \"dynamic\"}";
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    return builder.field(NAME, name).field(ID, id);
  }

  @Override
  public String toString() {
    return "the calibration [" + name + "] with the id [" + id + "]";
  }
}
