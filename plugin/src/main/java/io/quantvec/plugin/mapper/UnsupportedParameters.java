/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import java.util.Map;

/** Why this field type lacks parameters of other field types, and what to do instead. */
final class UnsupportedParameters {

  private static final String COPY =
      "give the documents the vector in both fields, as an ingest pipeline does whose [script]"
          + " processor says [ctx.second = ctx.first]";

  /** The reasons by the parameters' names in mappings. */
  static final Map<String, String> REASONS =
      Map.of(
          "fields",
          "a vector is indexed in one way; map a second field, and " + COPY,
          "copy_to",
          "a vector is an array, of which other fields would get one number after the other; "
              + COPY,
          "index",
          "vectors are always indexed; take [method: flat] for a field without a graph",
          "store",
          "vectors are always stored, in [_source] and in files of their own; read them by"
              + " [docvalue_fields] or [fields]",
          "doc_values",
          "vectors are always stored; read them by [docvalue_fields] or in scripts",
          "null_value",
          "there is no vector that stands for none; documents without one are not found, and"
              + " [exists] tells which have one");

  /** What follows the description of a field that another one has as a sub-field. */
  static final String AS_MULTI_FIELD =
      "cannot be a sub-field of another field, because a model makes a vector of the value and not"
          + " by the mapping; map it as a field of its own, and send vectors";

  /** What follows the description of a field that gets another field's value. */
  static final String AS_COPY_TO_TARGET =
      " takes its value only from the document, not by [copy_to] or from another field's mapper; "
          + COPY;

  private UnsupportedParameters() {}
}
