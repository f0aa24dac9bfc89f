/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.trial.TrialPrecision;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.VectorParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;

/** Reads the body of an evaluation's request. */
final class EvaluateRequestParser {

  /** Far more than any limit allows; further elements of a huge body are not kept. */
  private static final int MAX_VALUES = 10_000;

  private final XContentParser parser;
  private final EvaluateRequest request;
  private String given;

  private EvaluateRequestParser(XContentParser parser, EvaluateRequest request) {
    this.parser = parser;
    this.request = request;
  }

  /**
   * Reads a body into a request.
   *
   * @param parser stands before the body's object
   * @throws IllegalArgumentException if a parameter is unknown or bad
   */
  static void read(XContentParser parser, EvaluateRequest request) throws IOException {
    new EvaluateRequestParser(parser, request).read();
  }

  private void read() throws IOException {
    Token token = parser.nextToken();
    if (token != Token.START_OBJECT) {
      throw new IllegalArgumentException("expected an object as body, got [" + token + "]");
    }
    for (token = parser.nextToken(); token != Token.END_OBJECT; token = parser.nextToken()) {
      String name = parser.currentName();
      parser.nextToken();
      readParameter(name);
    }
  }

  private void readParameter(String name) throws IOException {
    switch (name) {
      case "field" -> request.field(string(name));
      case "k" -> request.k(whole(name));
      case "queries" -> {
        onlyOne(name);
        request.queries(queries());
      }
      case "sample" -> {
        onlyOne(name);
        request.sample(whole(name));
      }
      case "seed" -> request.seed(longValue(name));
      case "ef_search" -> request.efSearch(list(name, () -> whole(name)));
      case "oversample_factor" -> request.rescores(list(name, () -> rescore(name)));
      case "target_recall" -> request.targetRecall(number(name));
      case "precisions" -> request.precisions(precisions(name));
      case "sample_size" -> request.sampleSize(whole(name));
      case "timeout" -> request.timeout(TimeValue.parseTimeValue(string(name), name));
      default ->
          throw new IllegalArgumentException(
              "unknown parameter ["
                  + name
                  + "], expected one of [field, k, queries, sample, seed, ef_search,"
                  + " oversample_factor, target_recall, precisions, sample_size, timeout]");
    }
  }

  private void onlyOne(String name) {
    if (given != null && !given.equals(name)) {
      throw new IllegalArgumentException(
          "expected one of [queries] and [sample], got both [" + given + "] and [" + name + "]");
    }
    given = name;
  }

  /** Reads one value of a list. */
  private interface Element<T> {
    T read() throws IOException;
  }

  private <T> List<T> list(String name, Element<T> element) throws IOException {
    if (parser.currentToken() != Token.START_ARRAY) {
      return List.of(element.read());
    }
    List<T> values = new ArrayList<>();
    while (parser.nextToken() != Token.END_ARRAY) {
      if (values.size() == MAX_VALUES) {
        throw new IllegalArgumentException(
            "[" + name + "] must have at most " + MAX_VALUES + " values, got more");
      }
      values.add(element.read());
    }
    if (values.isEmpty()) {
      throw problem(name, "at least one value", "an empty array");
    }
    return values;
  }

  private List<GivenVector> queries() throws IOException {
    if (parser.currentToken() != Token.START_ARRAY) {
      throw problem("queries", "an array of vectors", got());
    }
    int[] index = new int[1];
    return list(
        "queries",
        () -> {
          if (parser.currentToken() == Token.VALUE_NUMBER) {
            throw problem("queries", "an array of vectors, each an array of numbers", got());
          }
          try {
            return VectorParser.parseQuery(parser, "queries[" + index[0]++ + "]");
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("[queries]: " + e.getMessage(), e);
          }
        });
  }

  private Rescore rescore(String name) throws IOException {
    if (parser.currentToken() == Token.VALUE_BOOLEAN) {
      return parser.booleanValue() ? Rescore.ON : Rescore.OFF;
    }
    return Rescore.factor(number(name));
  }

  private List<TrialPrecision> precisions(String name) throws IOException {
    if (parser.currentToken() == Token.VALUE_BOOLEAN) {
      return parser.booleanValue() ? TrialPrecision.allNamed() : List.of();
    }
    return list(name, () -> precision(name));
  }

  private TrialPrecision precision(String name) throws IOException {
    if (parser.currentToken() != Token.START_OBJECT) {
      return TrialPrecision.named(string(name));
    }
    Double bits = null;
    while (parser.nextToken() != Token.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      if (!key.equals("bits")) {
        throw new IllegalArgumentException(
            "unknown parameter [" + key + "] in [" + name + "], expected [bits]");
      }
      bits = number("bits");
    }
    if (bits == null) {
      throw problem(name, "a name or an object with [bits]", "an empty object");
    }
    return TrialPrecision.ofBits(bits);
  }

  private String string(String name) throws IOException {
    if (parser.currentToken() != Token.VALUE_STRING) {
      throw problem(name, "a string", got());
    }
    return parser.text();
  }

  private double number(String name) throws IOException {
    if (parser.currentToken() != Token.VALUE_NUMBER) {
      throw problem(name, "a number", got());
    }
    return parser.doubleValue();
  }

  private long longValue(String name) throws IOException {
    number(name);
    try {
      return new BigDecimal(parser.text()).longValueExact();
    } catch (ArithmeticException e) {
      throw problem(name, "a whole number of 64 bits", got());
    }
  }

  private int whole(String name) throws IOException {
    double value = number(name);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw problem(name, "a whole number", got());
    }
    return (int) value;
  }

  private String got() throws IOException {
    Token token = parser.currentToken();
    return token.isValue() && token != Token.VALUE_NULL
        ? "[" + parser.text() + "]"
        : "[" + token + "]";
  }

  private static IllegalArgumentException problem(String name, String expected, String got) {
    return new IllegalArgumentException("[" + name + "] expects " + expected + ", got " + got);
  }
}
