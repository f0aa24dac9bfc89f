/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

/**
 * A failure that has a known reason: its message is all that is shown of it, so it says what was
 * tried, what was expected and what came.
 */
public final class DemoFailure extends RuntimeException {

  /** A failure with no cause worth showing. */
  public DemoFailure(String message) {
    super(message);
  }

  /** A failure with the exception that revealed it. */
  public DemoFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
