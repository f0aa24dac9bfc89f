/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import io.quantvec.plugin.vector.GivenVector;
import java.io.IOException;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A vector to search for.
 *
 * @param vector as a client gave it, or the numbers that a document's vector is read as
 * @param document the id of the document that the vector is of, which is no neighbor of itself;
 *     null for a vector of no document
 */
public record EvaluatedQuery(GivenVector vector, String document) implements Writeable {

  public EvaluatedQuery {
    Objects.requireNonNull(vector, "vector");
  }

  static EvaluatedQuery readFrom(StreamInput in) throws IOException {
    return new EvaluatedQuery(GivenVector.readFrom(in), in.readOptionalString());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    vector.writeTo(out);
    out.writeOptionalString(document);
  }
}
