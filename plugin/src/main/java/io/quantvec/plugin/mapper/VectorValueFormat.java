/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.VectorInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.search.DocValueFormat;

/**
 * The forms in which {@code docvalue_fields} gives a vector, all of which a document may have: what
 * comes out can be indexed again.
 */
public enum VectorValueFormat implements DocValueFormat {
  /**
   * An array of numbers; for vectors that arrive as codes an object with them as {@code int8} or
   * {@code binary}, as in {@code _source}.
   */
  ARRAY,
  /**
   * Base64 of little-endian 32 bit floats; for bits, an object whose {@code binary} is base64.
   * There is none for int8 codes.
   */
  BASE64;

  /**
   * The format of a request's name.
   *
   * @param name null for the default, {@link #ARRAY}
   * @param input what the field's vectors arrive as
   * @param field what the error message calls the field
   * @throws IllegalArgumentException if there is none of that name for such vectors
   */
  public static VectorValueFormat of(String name, VectorInput.Type input, String field) {
    boolean base64 = input != VectorInput.Type.INT8;
    if (name == null || name.equals(ARRAY.label())) {
      return ARRAY;
    }
    if (base64 && name.equals(BASE64.label())) {
      return BASE64;
    }
    throw new IllegalArgumentException(
        field
            + " expects as [format] of doc values "
            + (base64 ? "[array] or [base64]" : "[array], because it has int8 codes")
            + ", got ["
            + name
            + "]");
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A vector of numbers.
   *
   * @param vector copied
   */
  Object ofNumbers(float[] vector) {
    if (this == ARRAY) {
      return vector.clone();
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /**
   * A vector of codes.
   *
   * @param codes a signed byte a dimension, or one for eight of them
   */
  Object ofCodes(VectorInput.Type input, byte[] codes) {
    String key = input == VectorInput.Type.BINARY ? GivenVector.BINARY : GivenVector.INT8;
    if (this == BASE64) {
      return Map.of(key, Base64.getEncoder().encodeToString(codes));
    }
    List<Integer> numbers = new ArrayList<>(codes.length);
    for (byte code : codes) {
      numbers.add((int) code);
    }
    return Map.of(key, numbers);
  }

  @Override
  public String getWriteableName() {
    return "quantized_vector_" + label();
  }

  /** Never sent: what would send it, sorting and aggregations, the field takes none of. */
  @Override
  public void writeTo(StreamOutput out) {}
}
