/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import java.util.Objects;

/**
 * What the owner of a format hands to everything that the format writes.
 *
 * @param listener told of each field of a segment that is written
 * @param inherited the calibrations that a flush can use
 */
public record WriteContext(VectorsWriteListener listener, InheritedCalibrations inherited) {

  public WriteContext {
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(inherited, "inherited");
  }

  /** A context without a listener, for one format object. */
  public static WriteContext ofOneFormat() {
    return new WriteContext(VectorsWriteListener.NONE, new InheritedCalibrations());
  }
}
