/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.plugin.settings.PluginNames;
import java.io.IOException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.rest.RestStatus;

/**
 * The forms in which nodes send each other a {@code quantized_knn} query. Two nodes of one version
 * of OpenSearch may have different versions of this plugin, and their connection only knows the
 * version of OpenSearch. So the first byte of a query names its form.
 *
 * <p>A node writes a query in the first form that has all its parameters. So during a rolling
 * upgrade all nodes understand queries without new parameters. A node that reads an unknown form
 * refuses the request but keeps the connection; the request is then tried on another copy of the
 * shard.
 *
 * <p>A new parameter takes a new constant at the end, with the next number; its value is written
 * after all others, and only if the form {@link #includes} it. Forms are never changed, and a
 * default never depends on the form.
 */
enum WireVersion implements Writeable {
  /** Field, vector, k, {@code ef_search}, filter, {@code rescore}, {@code ignore_unmapped}. */
  FIRST(1),
  /** Also {@code min_score}, {@code max_distance} and {@code expand_nested_docs}. */
  RADIUS_AND_NESTED(2);

  private static final WireVersion[] ALL = values();

  private final int number;

  WireVersion(int number) {
    this.number = number;
  }

  /** Whether this form has all parameters of another form. */
  boolean includes(WireVersion other) {
    return compareTo(other) >= 0;
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeByte((byte) number);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws OpenSearchStatusException with status 503, if a newer version of the plugin wrote it
   * @throws IOException if no version can have written it
   */
  static WireVersion readFrom(StreamInput in) throws IOException {
    int number = Byte.toUnsignedInt(in.readByte());
    if (number == 0) {
      throw new IOException("expected the form of a [" + PluginNames.QUERY + "] query, found 0");
    }
    if (number > ALL.length) {
      throw new OpenSearchStatusException(
          "this node has an older version of the plugin [quantvec] than the node that sent this"
              + " ["
              + PluginNames.QUERY
              + "] query: it understands forms up to ["
              + ALL.length
              + "], but the query's parameters need form ["
              + number
              + "]; upgrade the plugin on every node before using new parameters",
          RestStatus.SERVICE_UNAVAILABLE);
    }
    return ALL[number - 1];
  }
}
