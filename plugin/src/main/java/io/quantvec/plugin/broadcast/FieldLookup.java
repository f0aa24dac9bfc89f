/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.broadcast;

import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.index.IndexService;
import org.opensearch.index.mapper.MappedFieldType;

/** Finds the field that is meant. */
public final class FieldLookup {

  private FieldLookup() {}

  /**
   * A field of an index.
   *
   * @param name its name or that of an alias; null for the only one of its type
   * @throws IllegalArgumentException if there is none, or without a name not exactly one
   */
  public static QuantizedVectorFieldType find(IndexService index, String name) {
    if (name == null) {
      return only(index);
    }
    MappedFieldType type = index.mapperService().fieldType(name);
    if (type != null && type.unwrap() instanceof QuantizedVectorFieldType vectors) {
      return vectors;
    }
    throw new IllegalArgumentException(
        "index ["
            + index.index().getName()
            + "] has "
            + (type == null
                ? "no field [" + name + "]"
                : "a field [" + name + "] of type [" + type.typeName() + "]")
            + ", expected one of type ["
            + QuantizedVectorFieldType.TYPE_NAME
            + "]");
  }

  private static QuantizedVectorFieldType only(IndexService index) {
    List<QuantizedVectorFieldType> found = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (MappedFieldType type : index.mapperService().fieldTypes()) {
      if (type.unwrap() instanceof QuantizedVectorFieldType vectors && !found.contains(vectors)) {
        found.add(vectors);
        names.add(vectors.name());
      }
    }
    if (found.size() != 1) {
      names.sort(null);
      throw new IllegalArgumentException(
          "[field] may be left out where an index has exactly one field of type ["
              + QuantizedVectorFieldType.TYPE_NAME
              + "]; index ["
              + index.index().getName()
              + "] has "
              + (names.isEmpty() ? "none" : names));
    }
    return found.getFirst();
  }
}
