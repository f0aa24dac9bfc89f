/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration.store;

import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.util.Locale;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What codes a calibration is for, and how it is learned.
 *
 * @param precision not fp16
 * @param bits budget in bits per dimension
 * @param allocation how the budget is shared out
 * @param method how scales are found
 * @param percentile used with {@link ScaleMethod#PERCENTILE} only
 */
public record CalibrationSpec(
    Precision precision, double bits, Allocation allocation, ScaleMethod method, double percentile)
    implements Writeable, ToXContentFragment {

  static CalibrationSpec read(StreamInput in) throws IOException {
    return new CalibrationSpec(
        Precision.fromLabel(in.readString()),
        in.readDouble(),
        Allocation.fromLabel(in.readString()),
        ScaleMethod.fromLabel(in.readString()),
        in.readDouble());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(precision.label());
    out.writeDouble(bits);
    out.writeString(allocation.label());
    out.writeString(method.label());
    out.writeDouble(percentile);
  }

  /** As the codec has it, before anything is learned. */
  public QuantizationConfig config() {
    QuantizationConfig codes =
        precision == Precision.BITS
            ? QuantizationConfig.ofBits(bits, allocation)
            : new QuantizationConfig(precision, allocation);
    return codes.withCalibration(
        method == ScaleMethod.PERCENTILE
            ? CalibrationConfig.percentile(percentile)
            : CalibrationConfig.dynamic(method));
  }

  /** The precision or the budget, as a mapping names it. */
  public String shownPrecision() {
    return precision == Precision.BITS
        ? "[bits: " + bits + "]"
        : "[precision: " + precision.label() + "]";
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    if (precision == Precision.BITS) {
      builder.field("bits", bits);
    } else {
      builder.field("precision", precision.label());
    }
    builder.field("allocation", allocation.label()).field("method", method.label());
    if (method == ScaleMethod.PERCENTILE) {
      builder.field("percentile", percentile);
    }
    return builder;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, [allocation: %s]", shownPrecision(), allocation.label());
  }
}
