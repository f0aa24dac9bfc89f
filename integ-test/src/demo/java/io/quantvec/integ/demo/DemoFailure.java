/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

/**
 * A failure with a known reason. The demo prints only the message, so the message says what was
 * tried, what was expected and what happened.
 */
public final class DemoFailure extends RuntimeException {

  /** Creates a failure without a cause. */
  public DemoFailure(String message) {
    super(message);
  }

  /** Creates a failure with the exception that caused it. */
  public DemoFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
