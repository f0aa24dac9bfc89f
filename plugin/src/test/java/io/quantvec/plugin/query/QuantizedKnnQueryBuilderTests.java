/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;

import io.quantvec.codec.Precision;
import io.quantvec.codec.QuantizationConfig;
import io.quantvec.plugin.QuantvecPlugin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.ParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.query.MatchAllQueryBuilder;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.index.query.TermQueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.AbstractQueryTestCase;

/** Parsing, serialization and validation. Run by the platform's own query test case. */
public class QuantizedKnnQueryBuilderTests extends AbstractQueryTestCase<QuantizedKnnQueryBuilder> {

  private static final String FIELD = "embedding";
  private static final String COSINE_FIELD = "cosine_embedding";
  private static final int DIMENSION = 4;

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    Collection<Class<? extends Plugin>> plugins = new ArrayList<>(super.getPlugins());
    plugins.add(QuantvecPlugin.class);
    return plugins;
  }

  @Override
  protected Settings createTestIndexSettings() {
    return Settings.builder()
        .put(super.createTestIndexSettings())
        .put("index.quantized_vector", true)
        .build();
  }

  @Override
  protected void initializeAdditionalMappings(MapperService mapperService) throws IOException {
    String mapping =
        """
        {"properties": {
          "embedding": {"type": "quantized_vector", "dimension": 4, "precision": "binary"},
          "cosine_embedding": {
            "type": "quantized_vector", "dimension": 4, "space_type": "cosinesimil"}
        }}""";
    mapperService.merge(
        "_doc", new CompressedXContent(mapping), MapperService.MergeReason.MAPPING_UPDATE);
  }

  private static float[] randomVector(int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = randomFloat() - 0.5f;
    }
    return vector;
  }

  @Override
  protected QuantizedKnnQueryBuilder doCreateTestQueryBuilder() {
    QuantizedKnnQueryBuilder query =
        new QuantizedKnnQueryBuilder(
            randomFrom(FIELD, COSINE_FIELD), randomVector(DIMENSION), randomIntBetween(1, 10_000));
    if (randomBoolean()) {
      query.efSearch(randomIntBetween(1, 10_000));
    }
    if (randomBoolean()) {
      query.filterBy(new TermQueryBuilder(INT_FIELD_NAME, randomIntBetween(0, 100)));
    }
    if (randomBoolean()) {
      query.rescore(
          randomFrom(Rescore.ON, Rescore.OFF, Rescore.factor(randomIntBetween(2, 200) / 2f)));
    }
    return query.ignoreUnmapped(randomBoolean());
  }

  @Override
  protected void doAssertLuceneQuery(
      QuantizedKnnQueryBuilder builder,
      Query query,
      org.opensearch.index.query.QueryShardContext context) {
    assertThat(query, instanceOf(QuantizedKnnQuery.class));
    QuantizedKnnQuery knn = (QuantizedKnnQuery) query;
    assertEquals(builder.field(), knn.field());
    assertEquals(builder.k(), knn.effort().k());
    assertTrue(knn.effort().ef() >= builder.k());
  }

  private QuantizedKnnQueryBuilder parsed(String parameters) throws IOException {
    return (QuantizedKnnQueryBuilder)
        parseQuery("{\"quantized_knn\": {\"embedding\": {" + parameters + "}}}");
  }

  private void assertRefused(String parameters, String... messages) {
    ParsingException e = expectThrows(ParsingException.class, () -> parsed(parameters));
    assertEquals(400, e.status().getStatus());
    for (String message : messages) {
      assertThat(e.getMessage(), containsString(message));
    }
    assertThat(e.getMessage(), containsString("[embedding]"));
  }

  public void testParsesEveryParameter() throws IOException {
    QuantizedKnnQueryBuilder query =
        parsed(
            """
            "vector": [1, 2, 3, 4], "k": 10, "method_parameters": {"ef_search": 150},
            "filter": {"match_all": {}}, "rescore": {"oversample_factor": 2.5},
            "ignore_unmapped": true, "boost": 3, "_name": "nearest"
            """);
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", new float[] {1, 2, 3, 4}, 10)
            .efSearch(150)
            .filterBy(new MatchAllQueryBuilder())
            .rescore(Rescore.factor(2.5f))
            .ignoreUnmapped(true)
            .boost(3)
            .queryName("nearest"),
        query);
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", new float[] {1}, 1).rescore(Rescore.OFF),
        parsed("\"vector\": [1], \"k\": 1, \"rescore\": false"));
  }

  public void testEqualityTakesInEveryParameter() {
    float[] vector = {1, 2};
    QuantizedKnnQueryBuilder query = new QuantizedKnnQueryBuilder("f", vector, 5);
    List<QuantizedKnnQueryBuilder> others =
        List.of(
            new QuantizedKnnQueryBuilder("g", vector, 5),
            new QuantizedKnnQueryBuilder("f", new float[] {1, 3}, 5),
            new QuantizedKnnQueryBuilder("f", vector, 6),
            new QuantizedKnnQueryBuilder("f", vector, 5).efSearch(7),
            new QuantizedKnnQueryBuilder("f", vector, 5).filterBy(new MatchAllQueryBuilder()),
            new QuantizedKnnQueryBuilder("f", vector, 5).rescore(Rescore.OFF),
            new QuantizedKnnQueryBuilder("f", vector, 5).ignoreUnmapped(true));
    for (QuantizedKnnQueryBuilder other : others) {
      assertNotEquals(query, other);
    }
  }

  public void testBadParametersAreRefusedByName() {
    String good = "\"vector\": [1, 2, 3, 4], \"k\": 10";
    assertRefused("\"k\": 10", "needs the parameter [vector]");
    assertRefused("\"vector\": [1, 2, 3, 4]", "needs the parameter [k]");
    assertRefused("\"vector\": [1], \"k\": 0", "[k] must be between 1 and 10000, got [0]");
    assertRefused("\"vector\": [1], \"k\": 10001", "[k] must be between 1 and 10000");
    assertRefused("\"vector\": [1], \"k\": 1.5", "whole number as [k], got [1.5]");
    assertRefused("\"vector\": [1], \"k\": \"ten\"", "whole number as [k], got [ten]");
    assertRefused("\"vector\": [1], \"k\": [1]", "whole number as [k], got [START_ARRAY]");
    assertRefused("\"vector\": [], \"k\": 1", "an empty array");
    assertRefused("\"vector\": [1, \"a\"], \"k\": 1", "the string [a] at index [1]");
    assertRefused("\"vector\": [1, 1e39], \"k\": 1", "[1e39]", "at index [1]");
    assertRefused("\"vector\": \"abc\", \"k\": 1", "the string [abc]");
    assertRefused(good + ", \"ef\": 4", "unknown parameter [ef]");
    assertRefused(
        good + ", \"method_parameters\": {\"nprobes\": 4}",
        "unknown parameter [nprobes] in [method_parameters]");
    assertRefused(
        good + ", \"method_parameters\": {\"ef_search\": 0}",
        "[ef_search] must be between 1 and 10000, got [0]");
    assertRefused(
        good + ", \"rescore\": {\"oversample\": 4}", "unknown parameter [oversample] in [rescore]");
    for (String bad : List.of("0.9", "100.1")) {
      assertRefused(
          good + ", \"rescore\": {\"oversample_factor\": " + bad + "}",
          "[oversample_factor] must be between 1.0 and 100.0, got [" + bad + "]");
    }
    assertRefused(good + ", \"rescore\": \"yes\"", "[rescore], got [yes]");
    assertRefused(good + ", \"filter\": 1", "a query as [filter], got [1]");
    assertRefused(good + ", \"boost\": -1", "negative [boost]");
  }

  public void testLongVectorIsRefusedWithoutBeingKept() {
    String numbers = "1,".repeat(16_000) + "1";
    assertRefused("\"k\": 1, \"vector\": [" + numbers + "]", "more than 16000 numbers");
  }

  public void testTwoFieldsAreRefused() {
    ParsingException e =
        expectThrows(
            ParsingException.class,
            () ->
                parseQuery(
                    """
                    {"quantized_knn": {
                      "a": {"vector": [1], "k": 1}, "b": {"vector": [1], "k": 1}}}"""));
    assertThat(e.getMessage(), containsString("takes one field, got [a] and [b]"));
  }

  private static void assertNotSearched(String message, QuantizedKnnQueryBuilder query) {
    QueryShardException e =
        expectThrows(QueryShardException.class, () -> query.toQuery(createShardContext()));
    assertEquals(400, e.status().getStatus());
    assertThat(e.getMessage(), containsString(message));
  }

  public void testBadFieldsAreRefused() throws IOException {
    float[] vector = {1, 2, 3, 4};
    assertNotSearched(
        "field [nowhere] is not mapped", new QuantizedKnnQueryBuilder("nowhere", vector, 1));
    assertThat(
        new QuantizedKnnQueryBuilder("nowhere", vector, 1)
            .ignoreUnmapped(true)
            .toQuery(createShardContext()),
        instanceOf(MatchNoDocsQuery.class));
    assertNotSearched(
        "field ["
            + KEYWORD_FIELD_NAME
            + "] must be of type [quantized_vector], but is of type"
            + " [keyword]",
        new QuantizedKnnQueryBuilder(KEYWORD_FIELD_NAME, vector, 1));
  }

  public void testBadVectorsAreRefused() {
    assertNotSearched(
        "field [embedding] expects a [vector] of 4 numbers, got 3",
        new QuantizedKnnQueryBuilder(FIELD, new float[3], 1));
    assertNotSearched(
        "got [NaN] at index [2]",
        new QuantizedKnnQueryBuilder(FIELD, new float[] {1, 2, Float.NaN, 4}, 1));
    assertNotSearched(
        "got [Infinity] at index [0]",
        new QuantizedKnnQueryBuilder(FIELD, new float[] {1 / 0f, 2, 3, 4}, 1));
    assertNotSearched(
        "length at most", new QuantizedKnnQueryBuilder(FIELD, new float[] {3e38f, 2, 3, 4}, 1));
    assertNotSearched("zero vector", new QuantizedKnnQueryBuilder(COSINE_FIELD, new float[4], 1));
  }

  private static SearchEffort effort(QuantizedKnnQueryBuilder query) throws IOException {
    return ((QuantizedKnnQuery) query.toQuery(createShardContext())).effort();
  }

  public void testEffort() throws IOException {
    float[] vector = {1, 2, 3, 4};
    // The field is binary: three candidates a hit, and at least 100.
    assertEquals(
        new SearchEffort(10, 100, 100), effort(new QuantizedKnnQueryBuilder(FIELD, vector, 10)));
    assertEquals(
        new SearchEffort(200, 600, 200), effort(new QuantizedKnnQueryBuilder(FIELD, vector, 200)));
    assertEquals(
        new SearchEffort(10, 25, 10),
        effort(
            new QuantizedKnnQueryBuilder(FIELD, vector, 10)
                .efSearch(5)
                .rescore(Rescore.factor(2.5f))));
    // The other one is int8, which is not rescored unless asked for.
    assertEquals(
        new SearchEffort(10, 0, 100),
        effort(new QuantizedKnnQueryBuilder(COSINE_FIELD, vector, 10)));
  }

  public void testDefaultCandidates() {
    assertEquals(0, Rescore.DEFAULT.candidates(new QuantizationConfig(Precision.FP16), 10));
    assertEquals(0, Rescore.DEFAULT.candidates(new QuantizationConfig(Precision.INT8), 10));
    assertEquals(100, Rescore.DEFAULT.candidates(new QuantizationConfig(Precision.INT4), 10));
    assertEquals(2000, Rescore.DEFAULT.candidates(new QuantizationConfig(Precision.INT4), 1000));
    assertEquals(3000, Rescore.DEFAULT.candidates(new QuantizationConfig(Precision.BINARY), 1000));
    assertEquals(
        10_000, Rescore.DEFAULT.candidates(new QuantizationConfig(Precision.BINARY), 9_000));
    assertEquals(100, Rescore.ON.candidates(new QuantizationConfig(Precision.INT8), 10));
    assertEquals(0, Rescore.OFF.candidates(new QuantizationConfig(Precision.BINARY), 10));
    assertEquals(10, Rescore.factor(1).candidates(new QuantizationConfig(Precision.BINARY), 10));
    assertEquals(
        10_000, Rescore.factor(100).candidates(new QuantizationConfig(Precision.BINARY), 5_000));
  }

  /** Not a bool query around this one, as the platform's own builders have it. */
  @Override
  public void testFilter() {
    QuantizedKnnQueryBuilder query = new QuantizedKnnQueryBuilder(FIELD, new float[] {1}, 3);
    assertSame(query, query.filter(null));
    QuantizedKnnQueryBuilder one =
        (QuantizedKnnQueryBuilder) query.filter(new MatchAllQueryBuilder());
    assertNull(query.filter());
    assertEquals(new MatchAllQueryBuilder(), one.filter());
    QuantizedKnnQueryBuilder two =
        (QuantizedKnnQueryBuilder) one.filter(new TermQueryBuilder(INT_FIELD_NAME, 1));
    assertEquals(
        new MatchAllQueryBuilder().filter(new TermQueryBuilder(INT_FIELD_NAME, 1)), two.filter());
  }
}
