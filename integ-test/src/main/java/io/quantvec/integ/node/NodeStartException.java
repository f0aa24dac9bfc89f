/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;

/** Thrown when a node does not start. The message ends with the end of the node's log. */
public class NodeStartException extends IOException {

  NodeStartException(String message) {
    super(message);
  }
}
