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

/** A node's REST API: JSON out, JSON back. */
final class Rest implements AutoCloseable {

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final OpenSearchNode node;

  Rest(OpenSearchNode node) {
    this.node = node;
  }

  /** A call that has to succeed. */
  Json call(String method, String path, String body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(node.http() + path)).timeout(Duration.ofSeconds(60));
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, HttpRequest.BodyPublishers.ofString(body));
    }
    HttpResponse<String> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    if (response.statusCode() >= 300) {
      throw new IllegalStateException(
          method + " " + path + " gave " + response.statusCode() + ": " + response.body());
    }
    return new Json(XContentHelper.convertToMap(JsonXContent.jsonXContent, response.body(), true));
  }

  Json get(String path) throws IOException {
    return call("GET", path, null);
  }

  Json put(String path, String body) throws IOException {
    return call("PUT", path, body);
  }

  Json post(String path, String body) throws IOException {
    return call("POST", path, body);
  }

  /** The nearest documents to a vector. */
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

  /** A response, read by a path such as {@code hits.hits.0._id}. */
  record Json(Map<String, Object> map) {

    <T> T at(String path) {
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
