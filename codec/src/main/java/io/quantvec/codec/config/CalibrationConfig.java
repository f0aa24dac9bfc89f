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
 * Where a field's calibrations come from. Dynamic ones are learned from the vectors of a segment
 * and handed on to others while they fit; a static one is frozen before: learned from a calibration
 * set, given as ranges, or known because the vectors arrive as codes.
 *
 * <p>Two static configurations are equal if their calibrations have the same id.
 */
public final class CalibrationConfig {

  /** Learned per segment, with the scales that rank best. */
  public static final CalibrationConfig DYNAMIC = dynamic(ScaleMethod.AUTO);

  private final ScaleMethod method;
  private final double percentile;
  private final byte[] frozenId;

  /** Null if calibrations are learned, and for a configuration that was read from a segment. */
  private final Calibration frozen;

  private CalibrationConfig(
      ScaleMethod method, double percentile, byte[] frozenId, Calibration frozen) {
    this.method = Objects.requireNonNull(method, "method");
    this.percentile = percentile;
    this.frozenId = frozenId;
    this.frozen = frozen;
  }

  /** Learned per segment. A percentile is {@link ClippingRange#DEFAULT_PERCENTILE}. */
  public static CalibrationConfig dynamic(ScaleMethod method) {
    return new CalibrationConfig(method, ClippingRange.DEFAULT_PERCENTILE, null, null);
  }

  /**
   * Learned per segment, with ranges that a share of the sample stays within.
   *
   * @param percentile above 0, up to 100
   * @throws IllegalArgumentException if the percentile is out of its range
   */
  public static CalibrationConfig percentile(double percentile) {
    if (!(percentile > 0 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "[percentile] must be above 0 and up to 100, got [" + percentile + "]");
    }
    return new CalibrationConfig(ScaleMethod.PERCENTILE, percentile, null, null);
  }

  /** One calibration for all segments, from the first vector on. */
  public static CalibrationConfig frozen(Calibration calibration) {
    return new CalibrationConfig(
        ScaleMethod.AUTO,
        ClippingRange.DEFAULT_PERCENTILE,
        calibration.id(),
        InternedCalibrations.intern(calibration));
  }

  /**
   * As {@link #frozen}, of a calibration whose content is only in segments.
   *
   * @return null if no segment that is open in this JVM has it
   */
  public static CalibrationConfig frozenInUse(byte[] id) {
    Calibration calibration = InternedCalibrations.get(id);
    return calibration == null ? null : frozen(calibration);
  }

  /** What a segment says of how it was written: a frozen calibration's id, but not its content. */
  public static CalibrationConfig stored(ScaleMethod method, double percentile, byte[] frozenId) {
    return new CalibrationConfig(method, percentile, frozenId, null);
  }

  /** How scales are to be found. */
  public ScaleMethod method() {
    return method;
  }

  /** The share of values, in per cent, that {@link ScaleMethod#PERCENTILE} keeps unclipped. */
  public double percentile() {
    return percentile;
  }

  /** Whether one calibration serves all segments. */
  public boolean isStatic() {
    return frozenId != null;
  }

  /** The static calibration's id; null if calibrations are learned. */
  public byte[] frozenId() {
    return frozenId;
  }

  /** The static calibration; null if calibrations are learned. */
  public Calibration frozen() {
    return frozen;
  }

  /**
   * Whether vectors arrive as codes: not known, and not claimed, of a configuration that was read
   * from a segment.
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
