/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.soak;

import io.quantvec.integ.node.Rest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A client that writes bulks of new and changed documents, of partial updates that leave vectors
 * unchanged, and of deletions. It sends a bulk until the bulk is acknowledged. A bulk that is sent
 * twice has the same effect.
 */
final class SoakWriter {

  private static final int BULK = 50;

  private final SoakClient client;
  private final Ledger ledger;
  private final int number;
  private final int writers;
  private final Random random;

  /**
   * @param number the number of the writer; each writer has its own ids
   */
  SoakWriter(SoakClient client, Ledger ledger, int number, int writers) {
    this.client = client;
    this.ledger = ledger;
    this.number = number;
    this.writers = writers;
    this.random = new Random(200 + number);
  }

  /**
   * A change that must be acknowledged.
   *
   * @param id the id of the document
   * @param revision the revision after the change; 0 for a deletion
   * @param lines the lines of the bulk request
   */
  private record Change(int id, int revision, String lines) {}

  /** Indexes all documents once. */
  void fill() {
    List<Change> bulk = new ArrayList<>();
    for (int id = number; id < ledger.ids(); id += writers) {
      bulk.add(index(id));
      if (bulk.size() == BULK) {
        send(bulk);
        bulk.clear();
      }
    }
    send(bulk);
  }

  /** Sends one bulk of random changes. */
  void write() {
    Set<Integer> ids = new HashSet<>();
    while (ids.size() < BULK) {
      ids.add(number + writers * random.nextInt(ledger.ids() / writers));
    }
    send(ids.stream().map(this::change).toList());
  }

  private Change change(int id) {
    int revision = ledger.revision(id);
    int dice = random.nextInt(100);
    if (revision == 0 || dice < 60) {
      return index(id);
    }
    if (dice < 85) {
      return new Change(
          id,
          revision,
          action("update", id) + "{\"doc\": {\"touched\": " + random.nextInt() + "}}\n");
    }
    return new Change(id, 0, action("delete", id));
  }

  private Change index(int id) {
    // Most likely a new number, by which checks tell an old vector from the new one.
    int revision = 1 + random.nextInt(Integer.MAX_VALUE);
    float[] vector = Ledger.vector(id, revision);
    String text = random.nextBoolean() ? Arrays.toString(vector) : base64(vector);
    return new Change(
        id,
        revision,
        action("index", id)
            + ("{\"tag\": " + id % Ledger.TAGS + ", \"revision\": " + revision)
            + (", \"graph\": " + text + ", \"scan\": " + text)
            + (", \"parts\": [{\"vector\": " + text + "}, {\"vector\": ")
            + (Arrays.toString(Ledger.vector(id, -revision)) + "}]}\n"));
  }

  private static String action(String name, int id) {
    return "{\"" + name + "\": {\"_id\": \"" + id + "\"}}\n";
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vector) {
      bytes.putFloat(value);
    }
    return "\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"";
  }

  private void send(List<Change> bulk) {
    if (bulk.isEmpty()) {
      return;
    }
    StringBuilder body = new StringBuilder();
    bulk.forEach(change -> body.append(change.lines));
    Rest.Json response =
        client.call(
            "POST",
            "/" + SoakSearches.INDEX + "/_bulk",
            body.toString(),
            json -> items(json).stream().noneMatch(SoakWriter::mayPass));
    List<Map<String, Object>> items = items(response);
    for (int i = 0; i < items.size(); i++) {
      Change change = bulk.get(i);
      boolean gone = change.revision == 0 && status(items.get(i)) == 404;
      if (status(items.get(i)) >= 300 && !gone) {
        throw client.error("document " + change.id + " of a bulk gave " + items.get(i));
      }
      ledger.acknowledge(change.id, change.revision);
    }
  }

  /**
   * Returns whether an item may succeed later. A conflict is one with an earlier bulk that is still
   * running.
   */
  private static boolean mayPass(Map<String, Object> item) {
    return status(item) == 409
        || SoakClient.mayPass(status(item), String.valueOf(item.get("error")));
  }

  private static int status(Map<String, Object> item) {
    return (Integer) item.get("status");
  }

  private static List<Map<String, Object>> items(Rest.Json response) {
    return response.<List<Map<String, Map<String, Object>>>>at("items").stream()
        .map(item -> item.values().iterator().next())
        .toList();
  }
}
