/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.plugin.sample.TransportSampleAction;
import io.quantvec.plugin.vector.SpaceType;
import io.quantvec.plugin.vector.VectorChecks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.opensearch.core.xcontent.XContentParser;

/** Reads the body of a request to learn a calibration. */
final class CreateCalibrationBody {

  private static final String INDEX = "index";
  private static final String FIELD = "field";
  private static final String SAMPLE_SIZE = "sample_size";
  private static final String VECTORS = "vectors";
  private static final String SPACE_TYPE = "space_type";
  private static final String PRECISION = "precision";
  private static final String BITS = "bits";
  private static final String ALLOCATION = "allocation";
  private static final String METHOD = "method";
  private static final String PERCENTILE = "percentile";
  private static final List<String> KEYS =
      List.of(
          INDEX,
          FIELD,
          SAMPLE_SIZE,
          VECTORS,
          SPACE_TYPE,
          PRECISION,
          BITS,
          ALLOCATION,
          METHOD,
          PERCENTILE);

  /** Paths and mappings contain names, so that a pattern must not be a name. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,99}");

  /** Above this budget codes mean int8, as in mappings. */
  private static final double INT8_BITS = 8;

  private String index;
  private String field;
  private Integer sampleSize;
  private List<float[]> vectors;
  private SpaceType spaceType;
  private Precision precision;
  private Double bits;
  private Allocation allocation;
  private ScaleMethod method;
  private Double percentile;

  private CreateCalibrationBody() {}

  /**
   * Reads it.
   *
   * @param name from the path
   * @throws IllegalArgumentException if the name is none, or a parameter is missing, unknown, out
   *     of its range, or contradicts another one
   */
  static CreateCalibrationRequest parse(String name, XContentParser parser) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "[name] must have 1 to 100 of the characters a-z, 0-9, [_], [-] and [.], the first a"
              + " letter or a digit, got ["
              + name
              + "]");
    }
    CreateCalibrationBody body = new CreateCalibrationBody();
    if (parser.nextToken() != XContentParser.Token.START_OBJECT) {
      throw new IllegalArgumentException(
          "the body must be an object, got " + parser.currentToken());
    }
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      body.parameter(key, parser);
    }
    return new CreateCalibrationRequest(name, body.source(), body.wanted());
  }

  private void parameter(String key, XContentParser parser) throws IOException {
    switch (key) {
      case INDEX -> index = text(key, parser);
      case FIELD -> field = text(key, parser);
      case SAMPLE_SIZE -> {
        double number = number(key, parser);
        if (number != Math.rint(number) || !(number >= 1 && number <= Integer.MAX_VALUE)) {
          throw new IllegalArgumentException(
              "[sample_size] must be a whole number of at least 1, got [" + parser.text() + "]");
        }
        sampleSize = (int) number;
      }
      case VECTORS -> vectors = vectors(parser);
      case SPACE_TYPE -> spaceType = SpaceType.fromLabel(text(key, parser));
      case PRECISION -> precision = Precision.fromLabel(text(key, parser));
      case BITS -> {
        double number = number(key, parser);
        if (!(number >= QuantizationConfig.MIN_BITS && number <= INT8_BITS)) {
          throw new IllegalArgumentException(
              "[bits] must be between "
                  + QuantizationConfig.MIN_BITS
                  + " and "
                  + INT8_BITS
                  + ", got ["
                  + parser.text()
                  + "]");
        }
        bits = number;
      }
      case ALLOCATION -> allocation = Allocation.fromLabel(text(key, parser));
      case METHOD -> method = ScaleMethod.fromLabel(text(key, parser));
      case PERCENTILE -> {
        percentile = number(key, parser);
        if (!(percentile > 0 && percentile <= 100)) {
          throw new IllegalArgumentException(
              "[percentile] must be above 0 and up to 100, got [" + parser.text() + "]");
        }
      }
      default ->
          throw new IllegalArgumentException(
              "unknown parameter [" + key + "], expected one of " + KEYS);
    }
  }

  private static String text(String key, XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.VALUE_STRING) {
      throw new IllegalArgumentException(
          "[" + key + "] must be a string, got " + parser.currentToken());
    }
    return parser.text();
  }

  private static double number(String key, XContentParser parser) throws IOException {
    if (parser.currentToken() != XContentParser.Token.VALUE_NUMBER) {
      throw new IllegalArgumentException(
          "[" + key + "] must be a number, got " + parser.currentToken());
    }
    return parser.doubleValue();
  }

  private static List<float[]> vectors(XContentParser parser) throws IOException {
    expectArray(VECTORS, parser);
    List<float[]> vectors = new ArrayList<>();
    float[] room = new float[64];
    long floats = 0;
    while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
      String place = VECTORS + "[" + vectors.size() + "]";
      expectArray(place, parser);
      int dimension = 0;
      while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
        if (dimension == QuantizedFlatVectorsFormat.MAX_DIMENSIONS) {
          throw new IllegalArgumentException(
              "["
                  + place
                  + "] must have at most "
                  + QuantizedFlatVectorsFormat.MAX_DIMENSIONS
                  + " numbers, got more");
        }
        if (dimension == room.length) {
          room = Arrays.copyOf(room, 2 * dimension);
        }
        room[dimension] = (float) number(place + "[" + dimension + "]", parser);
        dimension++;
      }
      int expected = vectors.isEmpty() ? dimension : vectors.get(0).length;
      if (dimension == 0 || dimension != expected) {
        throw new IllegalArgumentException(
            "["
                + place
                + "] must have "
                + (dimension == 0 ? "at least one number" : "as many numbers as the first vector")
                + (dimension == 0 ? "" : ", which are [" + expected + "]")
                + ", got ["
                + dimension
                + "]");
      }
      floats += dimension;
      if (floats * Float.BYTES > TransportSampleAction.MAX_BYTES) {
        TransportSampleAction.checkSize(vectors.size() + 1, dimension);
      }
      vectors.add(Arrays.copyOf(room, dimension));
    }
    return vectors;
  }

  private static void expectArray(String place, XContentParser parser) {
    if (parser.currentToken() != XContentParser.Token.START_ARRAY) {
      throw new IllegalArgumentException(
          "[" + place + "] must be an array, got " + parser.currentToken());
    }
  }

  private CreateCalibrationRequest.Source source() {
    if ((vectors == null) == (index == null && field == null)) {
      throw new IllegalArgumentException(
          "expected either [index] and [field], or [vectors], got "
              + (vectors == null ? "neither" : "both"));
    }
    if (vectors == null) {
      if (index == null || field == null) {
        throw new IllegalArgumentException(
            "["
                + (index == null ? INDEX : FIELD)
                + "] is missing beside ["
                + (index == null ? FIELD : INDEX)
                + "]");
      }
      if (spaceType != null) {
        throw new IllegalArgumentException(
            "[space_type] needs [vectors]; with [index], the field has a space type");
      }
      return new CreateCalibrationRequest.FromField(index, field, sampleSize);
    }
    if (sampleSize != null) {
      throw new IllegalArgumentException(
          "[sample_size] needs [index] and [field]; all of [vectors] are used");
    }
    SpaceType given = spaceType == null ? SpaceType.L2 : spaceType;
    if (given == SpaceType.HAMMING) {
      throw new IllegalArgumentException(
          "[space_type: hamming] is of vectors that arrive as codes, which have nothing to"
              + " calibrate, expected l2, cosinesimil or innerproduct");
    }
    for (int i = 0; i < vectors.size(); i++) {
      VectorChecks.checkScorable(VECTORS + "[" + i + "]", given, vectors.get(i));
    }
    return new CreateCalibrationRequest.FromVectors(vectors, given);
  }

  private CreateCalibrationRequest.Wanted wanted() {
    if (precision != null && bits != null) {
      throw new IllegalArgumentException(
          "expected [precision] or [bits], got both: ["
              + precision.label()
              + "] and ["
              + bits
              + "]");
    }
    if (precision == Precision.BITS) {
      throw new IllegalArgumentException(
          "[precision: bits] must be replaced by [bits], the budget in bits per dimension");
    }
    if (percentile != null && method != ScaleMethod.PERCENTILE) {
      throw new IllegalArgumentException(
          "[percentile] needs [method: percentile]"
              + (method == null ? "" : ", got [method: " + method.label() + "]"));
    }
    return new CreateCalibrationRequest.Wanted(precision, bits, allocation, method, percentile);
  }
}
