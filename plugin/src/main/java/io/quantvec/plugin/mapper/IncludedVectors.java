/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.ParseContext;

/**
 * Checks vectors of nested objects that the mapping copies into other Lucene documents, by {@code
 * include_in_parent} and {@code include_in_root}. A Lucene document has one vector of a field, and
 * Lucene's error about a second one would not mention the mapping.
 */
final class IncludedVectors {

  private IncludedVectors() {}

  /**
   * Checks that no document around the vector's own has a vector of the field already.
   *
   * @param context at the vector, whose document does not have it yet
   * @param field the field's full name
   * @throws MapperParsingException if one of them has, and so would get a second one. This is not
   *     the value's fault, so {@code ignore_malformed} does not apply
   */
  static void check(ParseContext context, String field) {
    String path = context.doc().getPath();
    for (ParseContext.Document other = context.doc().getParent();
        other != null;
        other = other.getParent()) {
      // Nothing but such a copy gives a document the vector of a nested object in it. What was
      // copied from one object will be copied from the next.
      if (other.getField(field) != null) {
        throw new MapperParsingException(problem(field, path, other));
      }
    }
  }

  private static String problem(String field, String path, ParseContext.Document document) {
    String place =
        document.getParent() == null
            ? "the root document"
            : "the document of the [nested] object [" + document.getPath() + "]";
    return "field ["
        + field
        + "] of type ["
        + QuantizedVectorFieldType.TYPE_NAME
        + "] expects one vector in "
        + place
        + ", got a second one, because [include_in_parent] or [include_in_root] copies the vectors of"
        + " [nested] objects ["
        + path
        + "] there; map the [nested] object without [include_in_parent] and [include_in_root] and"
        + " search it by a [nested] query, or send one such object in a document";
  }
}
