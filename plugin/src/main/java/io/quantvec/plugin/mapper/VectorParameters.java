/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.calibration.store.NodeCalibrations;
import io.quantvec.plugin.vector.ParameterNames;
import io.quantvec.plugin.vector.SpaceType;
import io.quantvec.plugin.vector.VectorInput;
import java.util.Set;

/**
 * What a mapping says of a field, each parameter by itself.
 *
 * @param shape what a vector is
 * @param encoding what is stored of a vector
 * @param calibration where the codes' scales come from; null if vectors arrive as codes
 * @param method graph or none
 * @param derivedSource whether stored sources leave the vectors' text to the vector files
 * @param ignoreMalformed whether a document is indexed without its vector if that is bad; null for
 *     what the index's settings say
 */
record VectorParameters(
    Shape shape,
    Encoding encoding,
    CalibrationSource calibration,
    IndexMethod method,
    boolean derivedSource,
    Boolean ignoreMalformed) {
  /**
   * What a vector is.
   *
   * @param dimension the number of dimensions
   * @param spaceType what makes vectors near
   * @param input what vectors arrive as
   */
  record Shape(int dimension, SpaceType spaceType, VectorInput input) {}

  /**
   * What is stored of a vector.
   *
   * @param precision the precision of the codes
   * @param bits the codes' budget in bits per dimension; NaN if it is to be chosen
   * @param targetRecall what the budget is chosen for; NaN unless the precision is auto
   * @param allocation how the budget is shared out
   * @param rerank the kind of the rerank copy
   */
  record Encoding(
      Precision precision,
      double bits,
      double targetRecall,
      Allocation allocation,
      RerankPrecision rerank) {}

  /** The number of dimensions. */
  int dimension() {
    return shape.dimension();
  }

  /** What makes vectors near. */
  SpaceType spaceType() {
    return shape.spaceType();
  }

  /** What vectors arrive as. */
  VectorInput input() {
    return shape.input();
  }

  /** The precision of the codes. */
  Precision precision() {
    return encoding.precision();
  }

  /** The codes' budget in bits per dimension; NaN if it is to be chosen. */
  double bits() {
    return encoding.bits();
  }

  /** What the budget is chosen for; NaN unless the precision is auto. */
  double targetRecall() {
    return encoding.targetRecall();
  }

  /** How the budget is shared out. */
  Allocation allocation() {
    return encoding.allocation();
  }

  /** The kind of the rerank copy. */
  RerankPrecision rerank() {
    return encoding.rerank();
  }

  /** The allocation of a mapping that names none: given ranges and codes leave no choice. */
  static Allocation defaultAllocation(VectorInput input, CalibrationSource calibration) {
    return input.isCodes() || hasRanges(calibration)
        ? Allocation.UNIFORM
        : QuantizationConfig.DEFAULT.allocation();
  }

  private static boolean hasRanges(CalibrationSource calibration) {
    return calibration != null && calibration.ranges() != null;
  }

  /**
   * An update, with these parameters for all that it does not name.
   *
   * @param given the names of the parameters that the update names
   */
  VectorParameters updated(VectorParameters update, Set<String> given) {
    boolean code =
        given.contains(ParameterNames.PRECISION)
            || given.contains(ParameterNames.BITS)
            || given.contains(ParameterNames.TARGET_RECALL);
    CalibrationSource newCalibration =
        given.contains(ParameterNames.CALIBRATION) ? update.calibration : calibration;
    return new VectorParameters(
        new Shape(
            update.dimension(),
            given.contains(ParameterNames.SPACE_TYPE) ? update.spaceType() : spaceType(),
            given.contains(ParameterNames.INPUT) ? update.input() : input()),
        new Encoding(
            code ? update.precision() : precision(),
            code ? update.bits() : bits(),
            code ? newTarget(update, given) : targetRecall(),
            given.contains(ParameterNames.ALLOCATION)
                ? update.allocation()
                : keptAllocation(update, newCalibration),
            given.contains(ParameterNames.RERANK) ? update.rerank() : rerank()),
        newCalibration,
        given.contains(ParameterNames.METHOD) ? update.method : method,
        given.contains(ParameterNames.DERIVED_SOURCE) ? update.derivedSource : derivedSource,
        given.contains(ParameterNames.IGNORE_MALFORMED) ? update.ignoreMalformed : ignoreMalformed);
  }

  /** An update that names auto again keeps the target that it does not name. */
  private double newTarget(VectorParameters update, Set<String> given) {
    boolean keeps =
        update.precision() == precision() && !given.contains(ParameterNames.TARGET_RECALL);
    return keeps ? targetRecall() : update.targetRecall();
  }

  /** With ranges the allocation is theirs, and it goes when they go. */
  private Allocation keptAllocation(VectorParameters update, CalibrationSource newCalibration) {
    if (newCalibration != calibration
        && newCalibration != null
        && newCalibration.stored() != null) {
      return update.allocation();
    }
    return hasRanges(calibration) == hasRanges(newCalibration)
        ? allocation()
        : defaultAllocation(input(), newCalibration);
  }

  /** These parameters, with another mapping's for all that an update cannot change. */
  VectorParameters withFixedOf(VectorParameters other) {
    return new VectorParameters(
        new Shape(other.dimension(), other.spaceType(), other.input()),
        new Encoding(precision(), bits(), targetRecall(), allocation(), rerank()),
        calibration,
        method,
        derivedSource,
        ignoreMalformed);
  }

  /**
   * How new segments are written.
   *
   * @param calibrations those that are stored
   * @throws IllegalArgumentException if the parameters contradict each other
   */
  VectorIndexing indexing(NodeCalibrations calibrations) {
    if (spaceType() == SpaceType.HAMMING && input().type() != VectorInput.Type.BINARY) {
      throw new IllegalArgumentException(
          "[space_type: hamming] needs [input.type: binary], got " + shownInput());
    }
    if (calibration != null && calibration.stored() != null && !input().isCodes()) {
      StoredReference stored = calibration.stored();
      QuantizationConfig codes = config(CalibrationConfig.DYNAMIC);
      QuantizationConfig known = stored.config(codes, this, calibrations);
      return known == null
          ? new VectorIndexing(stored.substitute(codes), method, stored)
          : new VectorIndexing(known, method);
    }
    return new VectorIndexing(input().isCodes() ? ofCodes() : ofNumbers(), method);
  }

  private String shownInput() {
    return "[input.type: " + input().type().label() + "]";
  }

  private QuantizationConfig ofNumbers() {
    return hasRanges(calibration)
        ? config(
            CalibrationConfig.frozen(calibration.ranges().calibration(dimension(), rangeBits())))
        : config(calibration.learned());
  }

  private int rangeBits() {
    if (precision() == Precision.AUTO) {
      throw new IllegalArgumentException(
          "[precision: auto] needs [calibration.mode: dynamic], because it chooses its budget whenever"
              + " it learns the calibration, got [calibration.mode: static]");
    }
    if (precision() == Precision.FP16 || bits() != Math.rint(bits())) {
      throw new IllegalArgumentException(
          "[calibration.ranges] needs whole bits per dimension, as those of [precision: int8], int4,"
              + " int2 and binary, got "
              + shownPrecision());
    }
    refuseMixed("[calibration.ranges]");
    return (int) bits();
  }

  private void refuseMixed(String reason) {
    if (allocation() == Allocation.MIXED) {
      throw new IllegalArgumentException(
          reason
              + " needs [allocation: uniform], which is its default, because it gives all dimensions"
              + " the same bits, got [allocation: mixed]");
    }
  }

  String shownPrecision() {
    return precision() == Precision.BITS
        ? "[bits: " + bits() + "]"
        : "[precision: " + precision().label() + "]";
  }

  private QuantizationConfig ofCodes() {
    String codes = shownInput();
    if (precision() != input().precision()) {
      throw new IllegalArgumentException(
          codes
              + " needs [precision: "
              + input().precision().label()
              + "], which is its default, got "
              + shownPrecision());
    }
    if (rerank() != RerankPrecision.NONE) {
      throw new IllegalArgumentException(
          codes
              + " needs [rerank: none], which is its default, because codes that are"
              + " stored as they arrive have no rerank copy, got [rerank: "
              + rerank().label()
              + "]");
    }
    if (calibration != null) {
      throw new IllegalArgumentException(
          codes + " takes no [calibration], got [calibration: " + calibration + "]");
    }
    refuseMixed(codes);
    if (input().type() == VectorInput.Type.BINARY && dimension() % Byte.SIZE != 0) {
      throw new IllegalArgumentException(
          codes + " needs a [dimension] that is a multiple of 8, got [" + dimension() + "]");
    }
    return config(CalibrationConfig.frozen(input().calibration(dimension(), spaceType())));
  }

  private QuantizationConfig config(CalibrationConfig source) {
    return new QuantizationConfig(
        precision(), bits(), allocation(), rerank(), source, targetRecall());
  }
}
