/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;

/** A node that did not come up; the message ends with the tail of its log. */
public class NodeStartException extends IOException {

  NodeStartException(String message) {
    super(message);
  }
}
