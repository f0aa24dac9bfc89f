/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.ClippingRange;
import io.quantvec.codec.calibration.InternedCalibrations;
import io.quantvec.codec.calibration.ScaleMethod;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.util.StringHelper;

/**
 * Where a field's calibrations come from. A dynamic calibration is learned from the vectors of a
 * segment, and later segments inherit it as long as it fits. A static calibration is frozen before
 * the first vector is indexed: learned from a calibration set, given as ranges, or known because
 * the vectors arrive as codes.
 *
 * <p>Two static configurations are equal if their calibrations have the same id.
 */
public final class CalibrationConfig {

  /** Learned per segment, with the scales that give the best ranking. */
  public static final CalibrationConfig DYNAMIC = dynamic(ScaleMethod.AUTO);

  private final ScaleMethod method;
  private final double percentile;
  private final byte[] frozenId;

  /** Null if calibrations are learned, or if this configuration was read from a segment. */
  private final Calibration frozen;

  private CalibrationConfig(
      ScaleMethod method, double percentile, byte[] frozenId, Calibration frozen) {
    this.method = Objects.requireNonNull(method, "method");
    this.percentile = percentile;
    this.frozenId = frozenId;
    this.frozen = frozen;
  }

  /**
   * Learned per segment. {@link ScaleMethod#PERCENTILE} uses {@link
   * ClippingRange#DEFAULT_PERCENTILE}.
   */
  public static CalibrationConfig dynamic(ScaleMethod method) {
    return new CalibrationConfig(method, ClippingRange.DEFAULT_PERCENTILE, null, null);
  }

  /**
   * Learned per segment, with ranges that contain a given share of the sample's values.
   *
   * @param percentile that share in percent, above 0, up to 100
   * @throws IllegalArgumentException if the percentile is out of its range
   */
  public static CalibrationConfig percentile(double percentile) {
    if (!(percentile > 0 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "[percentile] must be above 0 and up to 100, got [" + percentile + "]");
    }
    return new CalibrationConfig(ScaleMethod.PERCENTILE, percentile, null, null);
  }

  /** One calibration for all segments. */
  public static CalibrationConfig frozen(Calibration calibration) {
    return new CalibrationConfig(
        ScaleMethod.AUTO,
        ClippingRange.DEFAULT_PERCENTILE,
        calibration.id(),
        InternedCalibrations.intern(calibration));
  }

  /**
   * Like {@link #frozen}, for a calibration that is only stored in segments.
   *
   * @return null if no open segment in this JVM has this calibration
   */
  public static CalibrationConfig frozenInUse(byte[] id) {
    Calibration calibration = InternedCalibrations.get(id);
    return calibration == null ? null : frozen(calibration);
  }

  /**
   * The configuration that a segment stores: with the id of a frozen calibration but without its
   * content.
   */
  public static CalibrationConfig stored(ScaleMethod method, double percentile, byte[] frozenId) {
    return new CalibrationConfig(method, percentile, frozenId, null);
  }

  /** How scales are determined. */
  public ScaleMethod method() {
    return method;
  }

  /** The share of values, in percent, that {@link ScaleMethod#PERCENTILE} does not clip. */
  public double percentile() {
    return percentile;
  }

  /** Whether all segments use one calibration. */
  public boolean isStatic() {
    return frozenId != null;
  }

  /** The id of the static calibration; null if calibrations are learned. */
  public byte[] frozenId() {
    return frozenId;
  }

  /**
   * The static calibration; null if calibrations are learned, or if this configuration was read
   * from a segment.
   */
  public Calibration frozen() {
    return frozen;
  }

  /**
   * Whether vectors arrive as codes, so that encoding loses nothing. False for a configuration that
   * was read from a segment, because a segment's configuration does not include this information.
   */
  public boolean isLossless() {
    return frozen != null && frozen.method() == CalibrationMethod.INPUT;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CalibrationConfig that
        && method == that.method
        && percentile == that.percentile
        && Arrays.equals(frozenId, that.frozenId);
  }

  @Override
  public int hashCode() {
    return Objects.hash(method, percentile, Arrays.hashCode(frozenId));
  }

  @Override
  public String toString() {
    if (isStatic()) {
      return "static " + StringHelper.idToString(frozenId);
    }
    return "dynamic " + method.label() + (method == ScaleMethod.PERCENTILE ? " " + percentile : "");
  }
}
