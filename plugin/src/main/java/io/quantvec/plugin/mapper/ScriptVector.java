/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.encode.VectorLimits;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.VectorParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.MapXContentParser;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;

/**
 * A vector that a script compares stored vectors with.
 *
 * @param values what it means, one for each dimension
 * @param codes whether it came as codes
 * @param noDirection what is wrong with it as one side of an angle; null if nothing is
 */
record ScriptVector(float[] values, boolean codes, String noDirection) {

  private static final String KEY = "vector";

  /**
   * Reads a vector.
   *
   * @param given a list of numbers, an array of floats, base64 of floats, an object of codes, or
   *     the doc values of another field: whatever a query on the field may have
   * @throws IllegalArgumentException if the field takes no such vector in queries
   */
  static ScriptVector of(QuantizedVectorFieldType type, Object given) {
    if (given instanceof VectorDocValues other) {
      return ofValues(type, other.getValue(), other.isOfBits());
    }
    GivenVector vector =
        given instanceof float[] numbers
            ? new GivenVector.Floats(numbers)
            : parse(type.name(), given);
    boolean codes = !(vector instanceof GivenVector.Floats);
    return ofValues(type, type.queryVector(type.name(), vector), codes);
  }

  private static ScriptVector ofValues(
      QuantizedVectorFieldType type, float[] values, boolean codes) {
    String problem =
        values.length == type.dimension()
            ? VectorLimits.problem(values, VectorSimilarityFunction.EUCLIDEAN)
            : "expected " + type.dimension() + " numbers, got " + values.length;
    if (problem != null) {
      throw new IllegalArgumentException(type.describe() + ": " + problem);
    }
    return new ScriptVector(
        values, codes, VectorLimits.problem(values, VectorSimilarityFunction.COSINE));
  }

  /** With the parser of queries, for the same forms and the same errors. */
  private static GivenVector parse(String field, Object given) {
    try (XContentParser parser =
        new MapXContentParser(
            NamedXContentRegistry.EMPTY,
            DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
            Collections.singletonMap(KEY, given),
            MediaTypeRegistry.JSON)) {
      parser.nextToken();
      parser.nextToken();
      parser.nextToken();
      return VectorParser.parseQuery(parser, field);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Keeps the vector of the last call, for a script is run on many documents with the same
   * parameters.
   */
  static final class Last {

    private final QuantizedVectorFieldType type;
    private Object given;
    private Object[] elements;
    private ScriptVector vector;

    Last(QuantizedVectorFieldType type) {
      this.type = type;
    }

    /** See {@link ScriptVector#of}. */
    ScriptVector of(Object next) {
      if (next != given || vector == null || !isUnchanged(next)) {
        vector = null;
        given = next;
        elements = isKept(next) ? elements(next).toArray() : null;
        vector = ScriptVector.of(type, next);
      }
      return vector;
    }

    /** Other objects may have changed, and are cheap to read. */
    private static boolean isKept(Object given) {
      return given instanceof String
          || given instanceof Map<?, ?>
          || (given instanceof List<?> && !(given instanceof VectorDocValues));
    }

    /** The script may have changed its parameter. */
    private boolean isUnchanged(Object next) {
      if (elements == null) {
        return false;
      }
      List<?> now = elements(next);
      if (now.size() != elements.length) {
        return false;
      }
      int i = 0;
      for (Object element : now) {
        if (element != elements[i++]) {
          return false;
        }
      }
      return true;
    }

    /** The objects of which the vector is made, the list in an object of codes among them. */
    private static List<?> elements(Object given) {
      if (given instanceof Map<?, ?> map && map.size() == 1) {
        return elements(map.values().iterator().next());
      }
      return given instanceof List<?> list ? list : Collections.singletonList(given);
    }
  }
}
