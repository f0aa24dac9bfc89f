/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The calls on a page of the manual, in order.
 *
 * <p>A code block that begins with {@code console} has calls: a line with method and path, and
 * maybe a body in the lines below. {@code console 400} sets the expected status of the last call. A
 * following {@code json} block shows a part of the last answer. {@code sh} blocks may have curl
 * calls. A line {@code <!-- vectors: index field count dimension -->} fills an index with that many
 * bulk requests of 1,000 {@link MadeVectors}.
 *
 * @param name the name of the page's file
 * @param calls the calls in the order of the page
 */
record ManualPage(String name, List<Call> calls) {

  /**
   * A call.
   *
   * @param line its line on the page, from 1
   * @param method the HTTP method
   * @param path the path of the call
   * @param body the body; empty for none
   * @param status the expected status; 0 for any success
   * @param answer a part of the expected answer, as JSON; null if the page shows none
   */
  record Call(int line, String method, String path, String body, int status, String answer) {

    private Call with(int newStatus, String newAnswer) {
      return new Call(line, method, path, body, newStatus, newAnswer);
    }
  }

  private static final Pattern CALL = Pattern.compile("(GET|PUT|POST|DELETE|HEAD) (/\\S+)");

  private static final Pattern CURL =
      Pattern.compile("curl -X (\\w+) '?localhost:9200(/[^ ']*)'?.*? -d '(.*?)'", Pattern.DOTALL);

  private static final Pattern VECTORS =
      Pattern.compile("<!-- vectors: (\\S+) (\\S+) (\\d+) (\\d+) -->");

  private static final int BULK = 1_000;

  private static final String FENCE = "```";

  /** Reads a page. */
  static ManualPage read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Call> calls = new ArrayList<>();
    boolean answerMayFollow = false;
    for (int i = 0; i < lines.size(); i++) {
      Matcher vectors = VECTORS.matcher(lines.get(i));
      if (vectors.matches()) {
        addVectors(vectors, i + 1, calls);
      }
      if (!lines.get(i).startsWith(FENCE)) {
        answerMayFollow &= lines.get(i).isBlank();
        continue;
      }
      int first = i + 1;
      int end = first;
      while (!lines.get(end).equals(FENCE)) {
        end++;
      }
      String kind = lines.get(i).substring(FENCE.length());
      List<String> block = lines.subList(first, end);
      if (kind.startsWith("console")) {
        calls.addAll(console(block, first + 1));
        Call last = calls.getLast();
        String status = kind.substring("console".length()).trim();
        calls.set(
            calls.size() - 1, last.with(status.isEmpty() ? 0 : Integer.parseInt(status), null));
      } else if (kind.equals("json") && answerMayFollow) {
        Call last = calls.removeLast();
        calls.add(last.with(last.status(), String.join("\n", block)));
      } else if (kind.equals("sh")) {
        Matcher curl = CURL.matcher(String.join("\n", block));
        while (curl.find()) {
          calls.add(
              new Call(
                  first + 1, curl.group(1), curl.group(2), curl.group(3).strip() + "\n", 0, null));
        }
      }
      answerMayFollow = kind.startsWith("console");
      i = end;
    }
    return new ManualPage(file.getFileName().toString(), calls);
  }

  private static void addVectors(Matcher vectors, int line, List<Call> calls) {
    MadeVectors made = new MadeVectors(Integer.parseInt(vectors.group(4)));
    int count = Integer.parseInt(vectors.group(3));
    String path = "/" + vectors.group(1) + "/_bulk?refresh";
    for (int first = 0; first < count; first += BULK) {
      String bulk = made.bulk(vectors.group(2), first, Math.min(BULK, count - first));
      calls.add(new Call(line, "POST", path, bulk, 0, null));
    }
  }

  private static List<Call> console(List<String> block, int firstLine) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < block.size(); ) {
      Matcher call = CALL.matcher(block.get(i));
      if (!call.matches()) {
        if (!block.get(i).isBlank()) {
          throw new IllegalStateException(
              "line " + (firstLine + i) + " is no call: " + block.get(i));
        }
        i++;
        continue;
      }
      int line = firstLine + i++;
      StringBuilder body = new StringBuilder();
      while (i < block.size() && !CALL.matcher(block.get(i)).matches()) {
        body.append(block.get(i++)).append('\n');
      }
      String text = body.toString().isBlank() ? "" : body.toString().strip() + "\n";
      calls.add(new Call(line, call.group(1), call.group(2), text, 0, null));
    }
    return calls;
  }
}
