/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.wire;

/** A constant that is sent between nodes by a number of its own, whatever its place in the enum. */
public interface WireNumbered {

  /** The number, 0 or more. It never changes, and no other constant of the enum ever gets it. */
  int wireNumber();
}
