/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;

/** That evaluations take the ranges that the manual gives, up to their ends, and nothing beyond. */
class EvaluateRangesTest {

  /** What is wrong with a request; null if nothing is. */
  private static String problem(String body) throws IOException {
    EvaluateRequest request = new EvaluateRequest("a");
    try (XContentParser parser =
        JsonXContent.jsonXContent.createParser(
            NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, body)) {
      EvaluateRequestParser.read(parser, request);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    Exception e = request.validate();
    return e == null ? null : e.getMessage();
  }

  private static void check(String parameters, String taken, String refused, String name)
      throws IOException {
    String body = "{" + parameters.replace('\'', '"') + "}";
    for (String value : taken.split(" ")) {
      assertNull(problem(body.replace("%", value.replace('\'', '"'))), value);
    }
    for (String value : refused.split(" ")) {
      String problem = problem(body.replace("%", value.replace('\'', '"')));
      assertNotNull(problem, parameters + " with " + value);
      assertTrue(problem.contains("[" + name + "]"), problem);
      assertTrue(problem.contains("got"), problem);
    }
  }

  @Test
  void parameters() throws IOException {
    check("'queries': [[1]], 'k': %", "1 10000", "0 -1 10001 1.5 1e300 null '1'", "k");
    check("'k': %", "1 9999", "10000 0", "k");
    check("'sample': %", "1 2147483647", "0 -1 1.5 1e300", "sample");
    check("'ef_search': %", "1 10000 [1,10000]", "0 -1 10001 1.5 [1,0] []", "ef_search");
    check(
        "'oversample_factor': %",
        "1 100 true false [1,100]",
        "0.999 0.99999999999 100.01 100.00000001 1e300 -1 [1,0] [] null",
        "oversample_factor");
    check("'target_recall': %", "1 0.001 1.0", "0 -0.1 1.001 1e300 '1'", "target_recall");
    check("'precisions': %", "[{'bits':0.5}] [{'bits':8}] true false ['int4']", "[]", "precisions");
    check("'precisions': %", "true", "[{'bits':0.49}] [{'bits':8.01}] [{'bits':1e300}]", "bits");
    check("'sample_size': %", "100 2147483647", "99 0 -1 100.5", "sample_size");
    check("'seed': %", "0 -1 9223372036854775807", "0.5 null", "seed");
    check("'seed': %", "0", "1e300 9223372036854775808 -1e19", "seed");
    check("'timeout': %", "'1ms' '1h'", "'0s' '0ms'", "timeout");
  }

  private static <T> void checkSetting(Setting<T> setting, String taken, String refused) {
    for (String value : taken.split(" ")) {
      assertNotNull(setting.get(Settings.builder().put(setting.getKey(), value).build()));
    }
    for (String value : refused.split(" ")) {
      Settings settings = Settings.builder().put(setting.getKey(), value).build();
      IllegalArgumentException e = null;
      try {
        setting.get(settings);
      } catch (IllegalArgumentException refusal) {
        e = refusal;
      }
      assertNotNull(e, setting.getKey() + ": " + value);
      assertTrue(e.getMessage().contains(setting.getKey()), e.getMessage());
    }
  }

  @Test
  void settings() {
    checkSetting(EvaluateLimits.MAX_QUERIES, "1 10000", "0 -1 10001 1.5");
    checkSetting(EvaluateLimits.MAX_SAMPLE_SIZE, "100 1000000", "99 1000001");
    checkSetting(EvaluateLimits.MAX_CONCURRENT, "1 100", "0 101");
    checkSetting(EvaluateLimits.MAX_TIMEOUT, "1ms 100d", "0ms 0s");
    assertEquals(4, EvaluateLimits.settings().size());
  }
}
