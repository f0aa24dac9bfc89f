/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.plugin.vector.MappingValues;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The mapping's {@code method} object.
 *
 * @param name graph or none
 * @param m connections of a node, 2 to 512, or 1 in indexes of before; not used without a graph
 * @param efConstruction candidates kept while a node is inserted, 2 to 3200, or 1 in indexes of
 *     before; not used without a graph
 * @param approximateThreshold vectors from which a segment gets a graph, 0 for always, -1 for
 *     never; not used by {@link Name#FLAT}
 */
public record IndexMethod(Name name, int m, int efConstruction, int approximateThreshold)
    implements ToXContentObject {

  /** Whether there is a graph. */
  public enum Name {
    /** Lucene's graph of navigable small worlds. */
    HNSW,
    /** No graph: a search scans every code. */
    FLAT;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A graph with Lucene's defaults, for segments large enough to profit from it. */
  public static final IndexMethod DEFAULT =
      new IndexMethod(
          Name.HNSW,
          QuantizedHnswVectorsFormat.DEFAULT_M,
          QuantizedHnswVectorsFormat.DEFAULT_EF_CONSTRUCTION,
          QuantizedHnswVectorsFormat.DEFAULT_APPROXIMATE_THRESHOLD);

  /** The least m and ef_construction of a new mapping. */
  private static final int MIN = 2;

  /** The least values of mappings from before {@link #MIN} was enforced. */
  private static final int MIN_WRITTEN_OUT = 1;

  private static final String NAME = "name";
  private static final String PARAMETERS = "parameters";
  private static final String M = "m";
  private static final String EF_CONSTRUCTION = "ef_construction";
  private static final String APPROXIMATE_THRESHOLD = "approximate_threshold";

  public IndexMethod {
    Objects.requireNonNull(name, "name");
  }

  /**
   * Reads the mapping's object.
   *
   * @param value the value in the mapping
   * @param writtenOut whether this is the mapping of an index that exists, which must go on as it
   *     is
   * @return the method, with defaults for what is not given
   * @throws IllegalArgumentException if it is no object, has an unknown parameter or one out of its
   *     range
   */
  static IndexMethod parse(Object value, boolean writtenOut) {
    Map<?, ?> method = MappingValues.object("method", value);
    Name name = Name.HNSW;
    Map<?, ?> parameters = Map.of();
    for (Map.Entry<?, ?> entry : method.entrySet()) {
      switch (entry.getKey().toString()) {
        case NAME -> name = parseName(entry.getValue());
        case PARAMETERS -> parameters = MappingValues.object("method.parameters", entry.getValue());
        default ->
            throw new IllegalArgumentException(
                "unknown parameter ["
                    + entry.getKey()
                    + "] in [method], expected [name] and [parameters]");
      }
    }
    return name == Name.HNSW
        ? parseHnsw(parameters, writtenOut ? MIN_WRITTEN_OUT : MIN)
        : parseFlat(parameters);
  }

  private static Name parseName(Object value) {
    for (Name name : Name.values()) {
      if (name.label().equals(value)) {
        return name;
      }
    }
    throw new IllegalArgumentException(
        "unknown [method.name] [" + value + "], expected one of [hnsw, flat]");
  }

  private static IndexMethod parseHnsw(Map<?, ?> parameters, int min) {
    int m = DEFAULT.m;
    int efConstruction = DEFAULT.efConstruction;
    int approximateThreshold = DEFAULT.approximateThreshold;
    for (Map.Entry<?, ?> entry : parameters.entrySet()) {
      switch (entry.getKey().toString()) {
        case M ->
            m =
                MappingValues.intInRange(
                    "method.parameters.m", entry.getValue(), min, QuantizedHnswVectorsFormat.MAX_M);
        case EF_CONSTRUCTION ->
            efConstruction =
                MappingValues.intInRange(
                    "method.parameters.ef_construction",
                    entry.getValue(),
                    min,
                    QuantizedHnswVectorsFormat.MAX_EF_CONSTRUCTION);
        case APPROXIMATE_THRESHOLD ->
            approximateThreshold =
                MappingValues.intInRange(
                    "method.parameters.approximate_threshold",
                    entry.getValue(),
                    QuantizedHnswVectorsFormat.NEVER_GRAPH,
                    Integer.MAX_VALUE);
        default ->
            throw new IllegalArgumentException(
                "unknown parameter ["
                    + entry.getKey()
                    + "] in [method.parameters] of [hnsw], expected [m], [ef_construction] and"
                    + " [approximate_threshold]");
      }
    }
    return new IndexMethod(Name.HNSW, m, efConstruction, approximateThreshold);
  }

  private static IndexMethod parseFlat(Map<?, ?> parameters) {
    if (!parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown parameter ["
              + parameters.keySet().iterator().next()
              + "] in [method.parameters]: [flat] takes none");
    }
    return new IndexMethod(
        Name.FLAT, DEFAULT.m, DEFAULT.efConstruction, DEFAULT.approximateThreshold);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject().field(NAME, name.label());
    if (name == Name.HNSW) {
      builder
          .startObject(PARAMETERS)
          .field(M, m)
          .field(EF_CONSTRUCTION, efConstruction)
          .field(APPROXIMATE_THRESHOLD, approximateThreshold)
          .endObject();
    }
    return builder.endObject();
  }

  @Override
  public String toString() {
    return name == Name.HNSW
        ? "hnsw(m="
            + m
            + ", ef_construction="
            + efConstruction
            + ", approximate_threshold="
            + approximateThreshold
            + ")"
        : "flat";
  }
}
