/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls the node: JSON out, JSON in, and a readable error when the node refuses. */
public final class RestClient {

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI root;

  /** Creates a client of the node at this address. */
  public RestClient(URI root) {
    this.root = root;
  }

  /**
   * An answer with the time it took.
   *
   * @param body the JSON of the answer
   * @param nanos from sending the request to the last byte of the answer, without parsing
   */
  public record Answer(JsonObject body, long nanos) {}

  /**
   * Sends a request and waits for the answer.
   *
   * @param method the HTTP method
   * @param path the path from the root, beginning with a slash
   * @param body JSON, or lines of JSON for a bulk request; empty for none
   * @throws DemoFailure if the node cannot be reached or answers with an error
   */
  public Answer call(String method, String path, String body) {
    String type = path.contains("/_bulk") ? "application/x-ndjson" : "application/json";
    HttpRequest request =
        HttpRequest.newBuilder(root.resolve(path))
            .timeout(TIMEOUT)
            .header("Content-Type", type)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    String what = method + " " + path;
    try {
      long start = System.nanoTime();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      long nanos = System.nanoTime() - start;
      if (response.statusCode() >= 300) {
        throw new DemoFailure(
            what + " was answered with " + response.statusCode() + ": " + reason(response.body()));
      }
      JsonObject answer = JsonParser.parseString(response.body()).getAsJsonObject();
      requireAllShards(what, answer);
      return new Answer(answer, nanos);
    } catch (JsonParseException | IllegalStateException e) {
      throw new DemoFailure(what + " was answered with something other than a JSON object", e);
    } catch (IOException e) {
      throw new DemoFailure(what + " failed, the node cannot be reached: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure(what + " was interrupted", e);
    }
  }

  /** Fails if a shard failed. A request can succeed although its only shard failed. */
  private static void requireAllShards(String what, JsonObject answer) {
    JsonElement shards = answer.get("_shards");
    if (shards != null && shards.getAsJsonObject().get("failed").getAsInt() > 0) {
      throw new DemoFailure(what + " failed on a shard: " + shards);
    }
  }

  /** Returns OpenSearch's reasons, without the parts of the error that are for programs. */
  private static String reason(String body) {
    try {
      JsonElement error = JsonParser.parseString(body).getAsJsonObject().get("error");
      StringBuilder reasons = new StringBuilder();
      while (error != null && error.isJsonObject()) {
        JsonElement reason = error.getAsJsonObject().get("reason");
        reasons.append(reasons.isEmpty() ? "" : "; caused by: ").append(reason);
        error = error.getAsJsonObject().get("caused_by");
      }
      return reasons.isEmpty() ? body : reasons.toString();
    } catch (JsonParseException | IllegalStateException e) {
      return body;
    }
  }
}
