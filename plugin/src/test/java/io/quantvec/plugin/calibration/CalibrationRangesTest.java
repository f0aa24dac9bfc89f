/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;

/** That requests to learn a calibration take the ranges that the manual gives, and no more. */
class CalibrationRangesTest {

  private static void parse(String name, String body) throws IOException {
    try (XContentParser parser =
        JsonXContent.jsonXContent.createParser(
            NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, body)) {
      CreateCalibrationBody.parse(name, parser);
    }
  }

  private static void check(String parameters, String taken, String refused, String name)
      throws IOException {
    String body = "{" + parameters.replace('\'', '"') + "}";
    for (String value : taken.split(" ")) {
      parse("n", body.replace("%", value));
    }
    for (String value : refused.split(" ")) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> parse("n", body.replace("%", value)),
              parameters + " with " + value);
      assertTrue(e.getMessage().contains(name), e.getMessage());
      assertTrue(e.getMessage().contains("got"), e.getMessage());
    }
  }

  @Test
  void parameters() throws IOException {
    String field = "'index': 'i', 'field': 'f', ";
    check(field + "'bits': %", "0.5 8", "0.49 8.01 0 -1 1e300 null", "[bits]");
    check(
        field + "'method': 'percentile', 'percentile': %",
        "0.001 100",
        "0 -1 100.01 1e300",
        "[percentile]");
    check(field + "'sample_size': %", "1 2147483647", "0 -1 100.5 1e300", "[sample_size]");
    check("'vectors': [[%]]", "1 -1e18", "1e39 -1e300 null", "vectors[0]");
  }

  @Test
  void names() throws IOException {
    String body = "{\"vectors\": [[1]]}";
    parse("a".repeat(100), body);
    parse("9a_.-", body);
    for (String name : new String[] {"a".repeat(101), "", "_a", "A", "a*", "a b"}) {
      assertThrows(IllegalArgumentException.class, () -> parse(name, body), name);
    }
  }
}
