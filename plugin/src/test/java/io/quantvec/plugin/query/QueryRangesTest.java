/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;

/** That queries take the ranges that the manual gives, up to their ends, and nothing beyond. */
class QueryRangesTest {

  private static QuantizedKnnQueryBuilder parse(String parameters) throws IOException {
    String query = "{\"v\": {\"vector\": [1, 2], " + parameters.replace('\'', '"') + "}}";
    try (XContentParser parser =
        JsonXContent.jsonXContent.createParser(
            NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, query)) {
      parser.nextToken();
      return QuantizedKnnQueryParser.fromXContent(parser);
    }
  }

  private static void check(String parameters, String taken, String refused, String message)
      throws IOException {
    for (String value : taken.split(" ")) {
      parse(parameters.replace("%", value));
    }
    for (String value : refused.split(" ")) {
      String json = parameters.replace("%", value);
      ParsingException e = assertThrows(ParsingException.class, () -> parse(json), json);
      assertEquals(400, e.status().getStatus());
      assertTrue(e.getMessage().contains(message), e.getMessage());
      assertTrue(e.getMessage().contains("field [v]"), e.getMessage());
    }
  }

  @Test
  void numbersOfNeighbors() throws IOException {
    check("'k': %", "1 10000 5.0", "0 -1 10001 2147483647", "[k] must be between 1 and 10000");
    check("'k': %", "1", "1.5 1e300 -1e300", "expects a whole number as [k]");
    check("'k': %", "1", "true null [1] {}", "expects a whole number as [k]");
  }

  @Test
  void effort() throws IOException {
    String efSearch = "'k': 1, 'method_parameters': {'ef_search': %}";
    check(efSearch, "1 10000", "0 -1 10001", "[ef_search] must be between 1 and 10000");
    check(efSearch, "1", "1.5 1e300 null", "expects a whole number as [ef_search]");
    String factor = "'k': 1, 'rescore': {'oversample_factor': %}";
    String message = "[oversample_factor] must be between 1.0 and 100.0";
    check(factor, "1 100 2.5", "0 0.999 0.99999999999 -1 100.01 100.00000001 1e300", message);
    check("'k': 1, 'rescore': %", "true false {}", "1 null []", "as [rescore]");
  }

  @Test
  void boosts() throws IOException {
    check("'k': 1, 'boost': %", "0 1 2.5 3e38", "-1 -1e-9 1e39 -1e300", "[boost]");
  }

  @Test
  void boundsAreNumbers() throws IOException {
    check("'min_score': %", "0 1 1e38", "1e39 -1e300", "[min_score] must be a finite number");
    check("'max_distance': %", "-1 0 1e38", "1e39", "[max_distance] must be a finite number");
    check("'min_score': %", "0", "null true [] {}", "expects a number as [min_score]");
  }

  private static void checkBounds(SpaceType space, float[] scores, float[] notScores) {
    for (float score : scores) {
      space.checkMinScore(score);
    }
    for (float score : notScores) {
      assertThrows(IllegalArgumentException.class, () -> space.checkMinScore(score), "" + score);
    }
  }

  @Test
  void scoresAndDistancesThatTwoVectorsCanHave() {
    for (SpaceType space : List.of(SpaceType.L2, SpaceType.COSINESIMIL, SpaceType.HAMMING)) {
      checkBounds(space, new float[] {0, 1}, new float[] {-.001f, 1.001f, Float.NaN});
    }
    checkBounds(SpaceType.INNERPRODUCT, new float[] {0, 1e30f}, new float[] {-.001f, Float.NaN});
    assertEquals(1, SpaceType.COSINESIMIL.scoreAt(0));
    assertEquals(0, SpaceType.COSINESIMIL.scoreAt(2));
    assertEquals(1, SpaceType.L2.scoreAt(0));
    for (float distance : new float[] {-.001f, 2.001f, Float.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> SpaceType.COSINESIMIL.scoreAt(distance));
    }
    assertThrows(IllegalArgumentException.class, () -> SpaceType.L2.scoreAt(-.001f));
    assertThrows(IllegalArgumentException.class, () -> SpaceType.HAMMING.scoreAt(-.001f));
  }

  /** As k-NN documents distances, and as its Faiss engine computes them; its Lucene does not. */
  @Test
  void distanceOfInnerProductIsTheNegativeProduct() {
    assertEquals(6, SpaceType.INNERPRODUCT.scoreAt(-5));
    assertEquals(1 / 6f, SpaceType.INNERPRODUCT.scoreAt(5));
  }
}
