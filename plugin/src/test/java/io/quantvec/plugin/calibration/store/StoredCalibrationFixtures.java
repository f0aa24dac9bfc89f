/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration.store;

import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.write.CalibrationLearning;
import io.quantvec.plugin.vector.SpaceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Puts calibrations on a node without a cluster. */
public final class StoredCalibrationFixtures {

  private CalibrationsMetadata stored = CalibrationsMetadata.EMPTY;
  private final NodeCalibrations node;

  /**
   * @param node follows from here on
   */
  public StoredCalibrationFixtures(NodeCalibrations node) {
    this.node = node;
  }

  /** Learns from vectors that the seed decides about, and returns the version's id. */
  public String store(
      String name,
      int dimension,
      Precision precision,
      double bits,
      Allocation allocation,
      SpaceType spaceType,
      int seed) {
    Random random = new Random(seed);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      vectors.add(vector);
    }
    CalibrationSpec spec = new CalibrationSpec(precision, bits, allocation, ScaleMethod.AUTO, 99);
    CalibrationVersion version =
        CalibrationVersion.of(
            CalibrationLearning.learn(spec.config(), spaceType.similarity(), vectors),
            spec,
            spaceType,
            null,
            null,
            0);
    NamedCalibration named = stored.byName().get(name);
    stored =
        stored.with(
            name, named == null ? new NamedCalibration(List.of(version)) : named.with(version));
    node.apply(stored);
    return version.id();
  }

  /** Forgets all of them. */
  public void clear() {
    node.apply(CalibrationsMetadata.EMPTY);
  }

  /** Has all of them again. */
  public void restore() {
    node.apply(stored);
  }
}
