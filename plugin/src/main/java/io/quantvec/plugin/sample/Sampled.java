/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * One vector of a sample.
 *
 * @param id the document's {@code _id}; of a nested vector the id of the root document, which
 *     several vectors may share
 * @param vector decoded from the rerank copy, or from the code without one
 */
public record Sampled(String id, float[] vector) implements Writeable {

  /** An object, a text and an array with their headers, and an id of some length. */
  private static final int OVERHEAD = 128;

  Sampled(StreamInput in) throws IOException {
    this(in.readString(), in.readFloatArray());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(id);
    out.writeFloatArray(vector);
  }

  /** About the bytes on the heap that one of a dimension takes. */
  public static long bytes(int dimension) {
    return OVERHEAD + (long) Float.BYTES * dimension;
  }
}
