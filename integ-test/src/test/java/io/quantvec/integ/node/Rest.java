/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.test.rest.yaml.ObjectPath;

/** The REST API of a node: JSON out, JSON in. */
public final class Rest implements AutoCloseable {

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final OpenSearchNode node;

  /** Creates a client of a node, which looks up the address at each call. */
  public Rest(OpenSearchNode node) {
    this.node = node;
  }

  /** Calls the node and throws if the call does not succeed. */
  public Json call(String method, String path, String body) throws IOException {
    Answer answer = send(method, path, body);
    if (answer.status >= 300) {
      throw new IllegalStateException(
          method + " " + path + " gave " + answer.status + ": " + answer.text);
    }
    return answer.json();
  }

  /** Calls the node. A call may fail; a call without an answer throws. */
  public Answer send(String method, String path, String body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(node.http() + path)).timeout(Duration.ofSeconds(120));
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, HttpRequest.BodyPublishers.ofString(body));
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  public Json get(String path) throws IOException {
    return call("GET", path, null);
  }

  public Json put(String path, String body) throws IOException {
    return call("PUT", path, body);
  }

  public Json post(String path, String body) throws IOException {
    return call("POST", path, body);
  }

  /** Searches the documents nearest to a vector. */
  Json knn(String index, String field, float[] vector, int k, String rescore) throws IOException {
    return post(
        "/" + index + "/_search",
        String.format(
            Locale.ROOT,
            "{\"size\": %d, \"_source\": false, \"query\": {\"quantized_knn\":"
                + " {\"%s\": {\"vector\": %s, \"k\": %d, \"rescore\": %s}}}}",
            k,
            field,
            Arrays.toString(vector),
            k,
            rescore));
  }

  @Override
  public void close() {
    client.close();
  }

  /** An answer of any kind. */
  public record Answer(int status, String text) {

    public Json json() {
      return new Json(XContentHelper.convertToMap(JsonXContent.jsonXContent, text, true));
    }
  }

  /** A JSON response, read by a path such as {@code hits.hits.0._id}. */
  public record Json(Map<String, Object> map) {

    public <T> T at(String path) {
      try {
        return ObjectPath.evaluate(map, path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String toString() {
      return map.toString();
    }
  }
}
