/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import static io.quantvec.plugin.query.QuantizedKnnQueryBuilder.NAME;

import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.VectorParser;
import java.io.IOException;
import java.util.Locale;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/** Reads a {@code quantized_knn} query. */
public final class QuantizedKnnQueryParser {

  private final XContentParser parser;

  private String field;
  private GivenVector vector;
  private Reach reach;
  private Integer efSearch;
  private QueryBuilder filter;
  private Rescore rescore = Rescore.DEFAULT;
  private boolean expandNestedDocs;
  private boolean ignoreUnmapped;
  private float boost = AbstractQueryBuilder.DEFAULT_BOOST;
  private String queryName;

  private QuantizedKnnQueryParser(XContentParser parser) {
    this.parser = parser;
  }

  /**
   * Reads a query. The parser is inside the query's object.
   *
   * @throws ParsingException if a parameter is missing, unknown or bad
   */
  public static QuantizedKnnQueryBuilder fromXContent(XContentParser parser) throws IOException {
    return new QuantizedKnnQueryParser(parser).read();
  }

  private QuantizedKnnQueryBuilder read() throws IOException {
    for (Token token = parser.nextToken(); token != Token.END_OBJECT; token = parser.nextToken()) {
      if (token == Token.FIELD_NAME) {
        if (field != null) {
          throw problem("takes one field, got [" + field + "] and [" + parser.currentName() + "]");
        }
        field = parser.currentName();
      } else if (token == Token.START_OBJECT) {
        readBody();
      } else {
        throw problem("expects an object under the field's name, got [" + token + "]");
      }
    }
    if (field == null) {
      throw problem("needs a field");
    }
    if (vector == null) {
      throw problem("needs the parameter [" + QuantizedKnnQueryBuilder.VECTOR + "]");
    }
    if (reach == null) {
      throw problem("needs one of the parameters [k], [min_score] and [max_distance]");
    }
    try {
      return new QuantizedKnnQueryBuilder(field, vector, reach)
          .efSearch(efSearch)
          .filterBy(filter)
          .rescore(rescore)
          .expandNestedDocs(expandNestedDocs)
          .ignoreUnmapped(ignoreUnmapped)
          .boost(boost)
          .queryName(queryName);
    } catch (IllegalArgumentException e) {
      throw problem(e);
    }
  }

  private void readBody() throws IOException {
    String name = null;
    for (Token token = parser.nextToken(); token != Token.END_OBJECT; token = parser.nextToken()) {
      if (token == Token.FIELD_NAME) {
        name = parser.currentName();
      } else {
        readParameter(name, token);
      }
    }
  }

  private void readParameter(String name, Token token) throws IOException {
    switch (name) {
      case QuantizedKnnQueryBuilder.VECTOR -> vector = readVector();
      case "k", "min_score", "max_distance" -> readReach(name, token);
      case QuantizedKnnQueryBuilder.METHOD_PARAMETERS -> readMethodParameters(token);
      case QuantizedKnnQueryBuilder.FILTER -> {
        expect(name, token, Token.START_OBJECT, "a query");
        filter = AbstractQueryBuilder.parseInnerQueryBuilder(parser);
      }
      case QuantizedKnnQueryBuilder.RESCORE -> rescore = readRescore(token);
      case QuantizedKnnQueryBuilder.EXPAND_NESTED_DOCS -> {
        expect(name, token, Token.VALUE_BOOLEAN, "true or false");
        expandNestedDocs = parser.booleanValue();
      }
      case QuantizedKnnQueryBuilder.IGNORE_UNMAPPED -> {
        expect(name, token, Token.VALUE_BOOLEAN, "true or false");
        ignoreUnmapped = parser.booleanValue();
      }
      case "boost" -> {
        expect(name, token, Token.VALUE_NUMBER, "a number");
        boost = parser.floatValue();
        // The platform's own error shows the query, vector and all, but not the boost.
        if (!(boost >= 0 && boost <= Float.MAX_VALUE)) {
          throw problem(
              "expects a [boost] that is finite and not negative, got [" + parser.text() + "]");
        }
      }
      case "_name" -> {
        expect(name, token, Token.VALUE_STRING, "a string");
        queryName = parser.text();
      }
      default -> throw problem("has the unknown parameter [" + name + "]");
    }
  }

  private void readReach(String name, Token token) throws IOException {
    Reach.Kind kind = Reach.Kind.valueOf(name.toUpperCase(Locale.ROOT));
    if (reach != null && reach.kind() != kind) {
      throw problem("takes one of [" + reach.kind().label() + "] and [" + name + "], got both");
    }
    try {
      if (kind == Reach.Kind.K) {
        reach = Reach.k(readInt(name, token));
      } else {
        expect(name, token, Token.VALUE_NUMBER, "a number");
        reach = new Reach(kind, parser.floatValue());
      }
    } catch (IllegalArgumentException e) {
      throw problem(e);
    }
  }

  private GivenVector readVector() throws IOException {
    try {
      return VectorParser.parseQuery(parser, field);
    } catch (IllegalArgumentException e) {
      throw problem(e);
    }
  }

  private void readMethodParameters(Token first) throws IOException {
    expect(QuantizedKnnQueryBuilder.METHOD_PARAMETERS, first, Token.START_OBJECT, "an object");
    String name = null;
    for (Token token = parser.nextToken(); token != Token.END_OBJECT; token = parser.nextToken()) {
      if (token == Token.FIELD_NAME) {
        name = parser.currentName();
      } else if (QuantizedKnnQueryBuilder.EF_SEARCH.equals(name)) {
        efSearch = readInt(name, token);
      } else {
        throw problem(
            "has the unknown parameter ["
                + name
                + "] in ["
                + QuantizedKnnQueryBuilder.METHOD_PARAMETERS
                + "]");
      }
    }
  }

  private Rescore readRescore(Token first) throws IOException {
    if (first == Token.VALUE_BOOLEAN) {
      return parser.booleanValue() ? Rescore.ON : Rescore.OFF;
    }
    expect(QuantizedKnnQueryBuilder.RESCORE, first, Token.START_OBJECT, "true, false or an object");
    Rescore result = Rescore.ON;
    String name = null;
    for (Token token = parser.nextToken(); token != Token.END_OBJECT; token = parser.nextToken()) {
      if (token == Token.FIELD_NAME) {
        name = parser.currentName();
      } else if (QuantizedKnnQueryBuilder.OVERSAMPLE_FACTOR.equals(name)) {
        expect(name, token, Token.VALUE_NUMBER, "a number");
        try {
          result = Rescore.factor(parser.doubleValue());
        } catch (IllegalArgumentException e) {
          throw problem(e);
        }
      } else {
        throw problem(
            "has the unknown parameter ["
                + name
                + "] in ["
                + QuantizedKnnQueryBuilder.RESCORE
                + "]");
      }
    }
    return result;
  }

  private int readInt(String name, Token token) throws IOException {
    expect(name, token, Token.VALUE_NUMBER, "a whole number");
    double value = parser.doubleValue();
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw problem("expects a whole number as [" + name + "], got [" + parser.text() + "]");
    }
    return (int) value;
  }

  private void expect(String name, Token token, Token expected, String what) throws IOException {
    if (token != expected) {
      throw problem(
          "expects "
              + what
              + " as ["
              + name
              + "], got "
              + (token.isValue() && token != Token.VALUE_NULL
                  ? "[" + parser.text() + "]"
                  : "[" + token + "]"));
    }
  }

  private ParsingException problem(String what) {
    String on = field == null ? "" : " on field [" + field + "]";
    return new ParsingException(parser.getTokenLocation(), "[" + NAME + "]" + on + " " + what);
  }

  private ParsingException problem(IllegalArgumentException cause) {
    return new ParsingException(
        parser.getTokenLocation(),
        "[" + NAME + "]: field [" + field + "]: " + cause.getMessage(),
        cause);
  }
}
