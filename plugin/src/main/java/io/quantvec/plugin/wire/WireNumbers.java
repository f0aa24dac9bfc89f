/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.wire;

import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.rest.RestStatus;

/** Writes constants as their wire numbers, as variable-length integers, and reads them. */
public final class WireNumbers {

  private WireNumbers() {}

  /** Writes a constant. */
  public static void write(StreamOutput out, WireNumbered constant) throws IOException {
    out.writeVInt(constant.wireNumber());
  }

  /** Writes how codes came about. */
  public static void write(StreamOutput out, CodeOrigin origin) throws IOException {
    out.writeVInt(origin.wireNumber());
  }

  /** Writes why codes have their calibration. */
  public static void write(StreamOutput out, CodeReason reason) throws IOException {
    out.writeVInt(reason.wireNumber());
  }

  /**
   * Reads a constant.
   *
   * @throws OpenSearchStatusException with status 503, if none has the number
   */
  public static <E extends Enum<E> & WireNumbered> E read(StreamInput in, Class<E> type)
      throws IOException {
    return read(in, type, WireNumbered::wireNumber);
  }

  /**
   * Reads how codes came about.
   *
   * @throws OpenSearchStatusException with status 503, if no origin has the number
   */
  public static CodeOrigin readOrigin(StreamInput in) throws IOException {
    return read(in, CodeOrigin.class, CodeOrigin::wireNumber);
  }

  /**
   * Reads why codes have their calibration.
   *
   * @throws OpenSearchStatusException with status 503, if no reason has the number
   */
  public static CodeReason readReason(StreamInput in) throws IOException {
    return read(in, CodeReason.class, CodeReason::wireNumber);
  }

  private static <E extends Enum<E>> E read(
      StreamInput in, Class<E> type, ToIntFunction<E> wireNumber) throws IOException {
    int number = in.readVInt();
    E[] all = type.getEnumConstants();
    for (E constant : all) {
      if (wireNumber.applyAsInt(constant) == number) {
        return constant;
      }
    }
    throw new OpenSearchStatusException(
        "this node has an older version of the plugin [quantvec] than the node that sent this"
            + " message: expected one of "
            + Arrays.toString(Arrays.stream(all).mapToInt(wireNumber).toArray())
            + " for ["
            + name(type)
            + "], got ["
            + number
            + "]; upgrade the plugin on every node",
        RestStatus.SERVICE_UNAVAILABLE);
  }

  /** Kinds are kinds of something. */
  private static String name(Class<?> type) {
    Class<?> of = type.getEnclosingClass();
    return of == null ? type.getSimpleName() : of.getSimpleName() + "." + type.getSimpleName();
  }
}
