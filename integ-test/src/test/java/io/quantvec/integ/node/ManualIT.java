/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.json.JsonXContent;

/** Runs the calls in the manual and the README, and compares the answers with the pages. */
class ManualIT {

  private final OpenSearchNode node = SharedNode.get();
  private final HttpClient client = HttpClient.newHttpClient();

  /** The root of the project. Tests run in the module's folder. */
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("src/site/markdown"))) {
      List<Path> manual = files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), manual.stream());
    }
  }

  @AfterEach
  void removeWhatThePageMade() throws Exception {
    send("DELETE", "/_data_stream/*", "");
    send("DELETE", "/*,-.*", "");
    send("DELETE", "/_index_template/*", "");
    client.close();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void showsWhatWorks(Path file) throws Exception {
    ManualPage page = ManualPage.read(file);
    for (ManualPage.Call call : page.calls()) {
      String where = page.name() + ", line " + call.line() + ": " + call.method() + " ";
      where += call.path();
      HttpResponse<String> response = send(call.method(), call.path(), call.body());
      String what = where + " gave " + response.statusCode() + ": " + response.body();
      if (call.status() == 0) {
        assertTrue(response.statusCode() < 300, what);
        assertFalse(response.body().contains("\"errors\":true"), what);
      } else {
        assertEquals(call.status(), response.statusCode(), what);
      }
      if (call.answer() != null) {
        assertShown(where, "", parsed(call.answer()), parsed(response.body()));
      }
    }
  }

  /** A page without calls would always pass. */
  @Test
  void findsTheCalls() throws IOException {
    assertEquals(3, ManualPage.read(ROOT.resolve("README.md")).calls().size());
    List<ManualPage.Call> calls =
        ManualPage.read(ROOT.resolve("src/site/markdown/mapping.md")).calls();
    assertTrue(calls.size() > 10, calls::toString);
    assertTrue(calls.stream().anyMatch(call -> call.answer() != null), calls::toString);
    assertTrue(calls.stream().anyMatch(call -> call.status() == 400), calls::toString);
  }

  private static Map<String, Object> parsed(String json) {
    return XContentHelper.convertToMap(JsonXContent.jsonXContent, json, true);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    boolean lines = path.contains("/_bulk") || path.contains("/_msearch");
    return client.send(
        HttpRequest.newBuilder(URI.create(node.http() + path.replace(" ", "%20")))
            .header("Content-Type", lines ? "application/x-ndjson" : "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Checks that the answer contains everything that the page shows. Numbers may be rounded as on
   * the page.
   */
  private static void assertShown(String where, String path, Object shown, Object answer) {
    String at = where + ": " + path;
    switch (shown) {
      case Map<?, ?> map -> {
        Map<?, ?> actual = answer instanceof Map<?, ?> given ? given : fail(at + " is " + answer);
        map.forEach(
            (key, value) -> {
              assertTrue(actual.containsKey(key), at + " lacks " + key + ": " + actual);
              assertShown(where, path + "." + key, value, actual.get(key));
            });
      }
      case List<?> list -> {
        List<?> actual = answer instanceof List<?> given ? given : fail(at + " is " + answer);
        assertEquals(list.size(), actual.size(), () -> at + " has another length: " + actual);
        for (int i = 0; i < list.size(); i++) {
          assertShown(where, path + "." + i, list.get(i), actual.get(i));
        }
      }
      case Double number -> {
        double actual = answer instanceof Number given ? given.doubleValue() : fail(at + answer);
        int decimals = number.toString().length() - number.toString().indexOf('.') - 1;
        assertEquals(number, actual, Math.pow(10, -decimals), at);
      }
      case null -> assertEquals(null, answer, at);
      default -> assertEquals(shown.toString(), String.valueOf(answer), at);
    }
  }
}
