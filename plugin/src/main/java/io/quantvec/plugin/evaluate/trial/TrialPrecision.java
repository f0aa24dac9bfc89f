/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.trial;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A precision to try on a sample.
 *
 * @param precision its kind
 * @param bits its budget in bits per dimension; a named precision has its own
 */
public record TrialPrecision(Precision precision, double bits) implements Writeable {

  /**
   * A budget as a mapping gives it in {@code bits}: what is above 7 means int8.
   *
   * @throws IllegalArgumentException if it is not between 0.5 and 8
   */
  public static TrialPrecision ofBits(double bits) {
    QuantizationConfig config = QuantizationConfig.ofBits(bits, Allocation.MIXED);
    return new TrialPrecision(config.precision(), config.bits());
  }

  /**
   * A precision as a mapping names it.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static TrialPrecision named(String name) {
    Precision precision = Precision.fromLabel(name);
    if (precision == Precision.BITS) {
      throw new IllegalArgumentException(
          "a precision by its budget is written as an object, such as {\"bits\": 1.5}, got ["
              + name
              + "]");
    }
    if (precision == Precision.AUTO) {
      throw new IllegalArgumentException(
          "[auto] chooses for a field as large as it is, not for a sample; expected a precision to"
              + " try, such as [int4]");
    }
    return new TrialPrecision(precision, precision.bits());
  }

  /** All that have a name. */
  public static List<TrialPrecision> allNamed() {
    List<TrialPrecision> all = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      if (precision != Precision.BITS && precision != Precision.AUTO) {
        all.add(named(precision.label()));
      }
    }
    all.sort((a, b) -> Double.compare(b.bits, a.bits));
    return all;
  }

  public static TrialPrecision readFrom(StreamInput in) throws IOException {
    return new TrialPrecision(Precision.fromWireNumber(in.readVInt()), in.readDouble());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVInt(precision.wireNumber());
    out.writeDouble(bits);
  }
}
