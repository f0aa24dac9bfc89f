/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.plugin.QuantvecPlugin;
import io.quantvec.plugin.search.QuantizedKnnQuery;
import io.quantvec.plugin.search.Radius;
import io.quantvec.plugin.search.SearchEffort;
import io.quantvec.plugin.search.SearchGoal;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.GivenVector.BitText;
import io.quantvec.plugin.vector.GivenVector.Bits;
import io.quantvec.plugin.vector.GivenVector.Codes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.io.stream.BytesStreamOutput;
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
            "type": "quantized_vector", "dimension": 4, "space_type": "cosinesimil"},
          "codes": {
            "type": "quantized_vector", "dimension": 4,
            "input": {"type": "int8", "scale": 0.5, "zero_point": 2}},
          "bits": {"type": "quantized_vector", "dimension": 16, "input": {"type": "binary"}},
          "signs": {
            "type": "quantized_vector", "dimension": 16, "space_type": "innerproduct",
            "input": {"type": "binary"}}
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

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random().nextBytes(bytes);
    return bytes;
  }

  @Override
  protected QuantizedKnnQueryBuilder doCreateTestQueryBuilder() {
    Reach reach =
        randomFrom(
            Reach.k(randomIntBetween(1, 10_000)),
            Reach.minScore(randomFloat()),
            Reach.maxDistance(2 * randomFloat()));
    QuantizedKnnQueryBuilder query =
        switch (randomIntBetween(0, 4)) {
          case 0 -> new QuantizedKnnQueryBuilder("codes", new Codes(randomBytes(DIMENSION)), reach);
          case 1 -> new QuantizedKnnQueryBuilder("bits", new Bits(randomBytes(2)), reach);
          case 2 -> new QuantizedKnnQueryBuilder("signs", new BitText("0aF9"), reach);
          default ->
              new QuantizedKnnQueryBuilder(
                  randomFrom(FIELD, COSINE_FIELD),
                  new GivenVector.Floats(randomVector(DIMENSION)),
                  reach);
        };
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
    switch (knn.goal()) {
      case SearchEffort effort -> {
        assertEquals(builder.reach().k(), effort.k());
        assertTrue(effort.ef() >= effort.k());
      }
      case Radius radius -> {
        assertTrue(builder.reach().isRadial());
        assertEquals(10_000, radius.maxHits());
        if (builder.reach().kind() == Reach.Kind.MIN_SCORE) {
          assertEquals(builder.reach().value(), radius.minScore(), 0);
        }
      }
    }
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
            "expand_nested_docs": true, "ignore_unmapped": true, "boost": 3, "_name": "nearest"
            """);
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", new float[] {1, 2, 3, 4}, 10)
            .efSearch(150)
            .filterBy(new MatchAllQueryBuilder())
            .rescore(Rescore.factor(2.5f))
            .expandNestedDocs(true)
            .ignoreUnmapped(true)
            .boost(3)
            .queryName("nearest"),
        query);
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", new float[] {1}, 1).rescore(Rescore.OFF),
        parsed("\"vector\": [1], \"k\": 1, \"rescore\": false"));
    GivenVector one = new GivenVector.Floats(new float[] {1});
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", one, Reach.minScore(.25f)),
        parsed("\"vector\": [1], \"min_score\": 0.25"));
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", one, Reach.maxDistance(-3)),
        parsed("\"vector\": [1], \"max_distance\": -3"));
  }

  public void testEqualityTakesInEveryParameter() {
    float[] vector = {1, 2};
    QuantizedKnnQueryBuilder query = new QuantizedKnnQueryBuilder("f", vector, 5);
    List<QuantizedKnnQueryBuilder> others =
        List.of(
            new QuantizedKnnQueryBuilder("g", vector, 5),
            new QuantizedKnnQueryBuilder("f", new float[] {1, 3}, 5),
            new QuantizedKnnQueryBuilder("f", new Codes(new byte[] {1, 2}), 5),
            new QuantizedKnnQueryBuilder("f", new Bits(new byte[] {1, 2}), 5),
            new QuantizedKnnQueryBuilder("f", new BitText("0102"), 5),
            new QuantizedKnnQueryBuilder("f", vector, 6),
            new QuantizedKnnQueryBuilder("f", vector, 5).efSearch(7),
            new QuantizedKnnQueryBuilder("f", vector, 5).filterBy(new MatchAllQueryBuilder()),
            new QuantizedKnnQueryBuilder("f", vector, 5).rescore(Rescore.OFF),
            new QuantizedKnnQueryBuilder("f", new GivenVector.Floats(vector), Reach.minScore(5)),
            new QuantizedKnnQueryBuilder("f", new GivenVector.Floats(vector), Reach.maxDistance(5)),
            new QuantizedKnnQueryBuilder("f", vector, 5).expandNestedDocs(true),
            new QuantizedKnnQueryBuilder("f", vector, 5).ignoreUnmapped(true));
    for (QuantizedKnnQueryBuilder other : others) {
      assertNotEquals(query, other);
    }
  }

  public void testBadParametersAreRefusedByName() {
    String good = "\"vector\": [1, 2, 3, 4], \"k\": 10";
    assertRefused("\"k\": 10", "needs the parameter [vector]");
    assertRefused(
        "\"vector\": [1, 2, 3, 4]",
        "needs one of the parameters [k], [min_score] and [max_distance]");
    assertRefused(
        "\"vector\": [1], \"k\": 1, \"min_score\": 1",
        "takes one of [k] and [min_score], got both");
    assertRefused(
        "\"vector\": [1], \"max_distance\": 1, \"min_score\": 1",
        "takes one of [max_distance] and [min_score], got both");
    assertRefused(
        "\"vector\": [1], \"min_score\": \"high\"", "a number as [min_score], got [high]");
    assertRefused(
        "\"vector\": [1], \"max_distance\": 1e39", "[max_distance] must be a finite number");
    assertRefused(good + ", \"expand_nested_docs\": 1", "true or false as [expand_nested_docs]");
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
    assertRefused(good + ", \"boost\": -1", "[boost] that is finite and not negative");
  }

  public void testParsesCodes() throws IOException {
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", new Codes(new byte[] {-128, 0, 127}), 1),
        parsed("\"vector\": {\"int8\": [-128, 0, 127]}, \"k\": 1"));
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", new Bits(new byte[] {-1, 1}), 1),
        parsed("\"vector\": {\"binary\": [-1, 1]}, \"k\": 1"));
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", new BitText("ff01"), 1),
        parsed("\"vector\": {\"binary\": \"ff01\"}, \"k\": 1"));
    // Little-endian 1 and -2.
    assertEquals(
        new QuantizedKnnQueryBuilder("embedding", new float[] {1, -2}, 1),
        parsed("\"vector\": \"AACAPwAAAMA=\", \"k\": 1"));
  }

  public void testBadCodesAreRefused() {
    String expected = "expects an object of [int8] or [binary] codes, got ";
    assertRefused("\"k\": 1, \"vector\": {}", expected + "an empty object");
    assertRefused("\"k\": 1, \"vector\": {\"int4\": [1]}", expected + "an object with [int4]");
    assertRefused("\"k\": 1, \"vector\": {\"int8\": \"ff\"}", "the string [ff] as [int8]");
    assertRefused(
        "\"k\": 1, \"vector\": {\"int8\": [1, 128]}", "the number [128] at index [1] of [int8]");
    assertRefused(
        "\"k\": 1, \"vector\": {\"binary\": [0.5]}", "the number [0.5] at index [0] of [binary]");
    assertRefused("\"k\": 1, \"vector\": {\"binary\": 1}", "the number [1] as [binary]");
  }

  private static float[] target(QuantizedKnnQueryBuilder query) throws IOException {
    return ((QuantizedKnnQuery) query.toQuery(createShardContext())).target();
  }

  public void testCodesAreSearchedForAsWhatTheyStandFor() throws IOException {
    assertArrayEquals(
        new float[] {-65, -1, 0, 62.5f},
        target(new QuantizedKnnQueryBuilder("codes", new Codes(new byte[] {-128, 0, 2, 127}), 1)),
        0);
    assertArrayEquals(
        new float[] {1.5f, 2, 3, 4},
        target(new QuantizedKnnQueryBuilder("codes", new float[] {1.5f, 2, 3, 4}, 1)),
        0);
    assertArrayEquals(
        new float[] {0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0},
        target(new QuantizedKnnQueryBuilder("bits", new Bits(new byte[] {1, -128}), 1)),
        0);
    for (String text : List.of("0180", "AYA=")) {
      assertArrayEquals(
          new float[] {-1, -1, -1, -1, -1, -1, -1, 1, 1, -1, -1, -1, -1, -1, -1, -1},
          target(new QuantizedKnnQueryBuilder("signs", new BitText(text), 1)),
          0);
    }
    float[] numbers = randomVector(16);
    assertSame(numbers, target(new QuantizedKnnQueryBuilder("signs", numbers, 1)));
  }

  public void testCodesThatTheFieldDoesNotTakeAreRefused() {
    byte[] two = new byte[2];
    assertNotSearched(
        "field [embedding] expects a [vector] of 4 numbers, got 2 codes as [int8]",
        new QuantizedKnnQueryBuilder(FIELD, new Codes(two), 1));
    String codes = "as [vector] an object whose [int8] is an array of 4 whole numbers from -128";
    assertNotSearched(codes, new QuantizedKnnQueryBuilder("codes", new Codes(two), 1));
    assertNotSearched(
        "or an array of 4 numbers, got 2 bytes as [binary]",
        new QuantizedKnnQueryBuilder("codes", new Bits(two), 1));
    assertNotSearched("got 3 numbers", new QuantizedKnnQueryBuilder("codes", new float[3], 1));
    // Numbers say nothing about how many bits differ.
    assertNotSearched(
        "an array of 2 whole numbers from -128 to 127, got 16 numbers",
        new QuantizedKnnQueryBuilder("bits", new float[16], 1));
    assertNotSearched(
        "or an array of 16 numbers, got 4 numbers",
        new QuantizedKnnQueryBuilder("signs", new float[4], 1));
    assertNotSearched(
        "got a string of 4 characters as [binary], which are no hexadecimal digits: [0x01]",
        new QuantizedKnnQueryBuilder("bits", new BitText("0x01"), 1));
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

  private static SearchGoal effort(QuantizedKnnQueryBuilder query) throws IOException {
    return ((QuantizedKnnQuery) query.toQuery(createShardContext())).goal();
  }

  private static QuantizedKnnQueryBuilder radial(String field, Reach reach) {
    return new QuantizedKnnQueryBuilder(field, new GivenVector.Floats(randomVector(4)), reach);
  }

  public void testRadius() throws IOException {
    assertEquals(new Radius(.25f, true, 10_000), effort(radial(FIELD, Reach.minScore(.25f))));
    assertEquals(
        new Radius(.25f, false, 10_000),
        effort(radial(FIELD, Reach.minScore(.25f)).rescore(Rescore.OFF)));
    // By k-NN's formulae: 1 / (1 + d), and (2 - d) / 2.
    assertEquals(new Radius(.25f, true, 10_000), effort(radial(FIELD, Reach.maxDistance(3))));
    assertEquals(
        new Radius(.75f, true, 10_000), effort(radial(COSINE_FIELD, Reach.maxDistance(.5f))));
    GivenVector bits = new Bits(new byte[] {1, 2});
    // An inner product of 3 is a distance of -3: 1 + 3, and of -3 the other way round.
    assertEquals(
        new Radius(4, true, 10_000),
        effort(new QuantizedKnnQueryBuilder("signs", bits, Reach.maxDistance(-3))));
    assertEquals(
        new Radius(.25f, true, 10_000),
        effort(new QuantizedKnnQueryBuilder("signs", bits, Reach.maxDistance(3))));
    assertEquals(
        new Radius(.25f, true, 10_000),
        effort(new QuantizedKnnQueryBuilder("bits", bits, Reach.maxDistance(3))));
  }

  public void testRadiusThatNoVectorsHaveIsRefused() {
    assertNotSearched(
        "field [embedding]: [max_distance] for the space_type [l2] must be finite and not"
            + " negative, got [-1.0]",
        radial(FIELD, Reach.maxDistance(-1)));
    assertNotSearched(
        "[max_distance] for the space_type [cosinesimil] must be between 0.0 and 2.0, got [2.5]",
        radial(COSINE_FIELD, Reach.maxDistance(2.5f)));
    assertNotSearched(
        "[min_score] for the space_type [l2] must be between 0.0 and 1.0, got [1.5]",
        radial(FIELD, Reach.minScore(1.5f)));
    assertNotSearched(
        "[min_score] for the space_type [innerproduct] must be finite and not negative, got [-0.5]",
        new QuantizedKnnQueryBuilder("signs", new Bits(new byte[2]), Reach.minScore(-.5f)));
  }

  private static int form(QuantizedKnnQueryBuilder query) throws IOException {
    try (BytesStreamOutput out = new BytesStreamOutput()) {
      query.doWriteTo(out);
      return out.bytes().get(0);
    }
  }

  /** So that nodes with an older version of the plugin understand what they can. */
  public void testOnlyNewParametersTakeANewForm() throws IOException {
    assertEquals(1, form(radial(FIELD, Reach.k(10)).efSearch(50).rescore(Rescore.OFF)));
    assertEquals(2, form(radial(FIELD, Reach.minScore(.5f))));
    assertEquals(2, form(radial(FIELD, Reach.maxDistance(.5f))));
    assertEquals(2, form(radial(FIELD, Reach.k(10)).expandNestedDocs(true)));
  }

  public void testOnlyNestedFieldsExpand() {
    assertNotSearched(
        "[expand_nested_docs] is for fields in nested objects, but field [embedding] is in none",
        radial(FIELD, Reach.k(1)).expandNestedDocs(true));
  }

  public void testEffort() throws IOException {
    float[] vector = {1, 2, 3, 4};
    // The field is binary: three candidates a hit, at least 100, and four times that of 4 bits.
    assertEquals(byDefault(10, 400), effort(new QuantizedKnnQueryBuilder(FIELD, vector, 10)));
    assertEquals(byDefault(200, 2400), effort(new QuantizedKnnQueryBuilder(FIELD, vector, 200)));
    assertEquals(
        new SearchEffort(10, 25, 10),
        effort(
            new QuantizedKnnQueryBuilder(FIELD, vector, 10)
                .efSearch(5)
                .rescore(Rescore.factor(2.5f))));
    // The other one is int8, which is not rescored unless asked for.
    assertEquals(byDefault(10, 0), effort(new QuantizedKnnQueryBuilder(COSINE_FIELD, vector, 10)));
  }

  public void testCodesAgainstCodesAreNotRescored() throws IOException {
    for (String field : List.of("bits", "signs")) {
      GivenVector vector = new Bits(new byte[] {1, 2});
      assertEquals(
          byDefault(field, 10, 0), effort(new QuantizedKnnQueryBuilder(field, vector, 10)));
      assertEquals(
          byDefault(field, 10, 100),
          effort(new QuantizedKnnQueryBuilder(field, vector, 10).rescore(Rescore.ON)));
      assertEquals(
          byDefault(field, 10, 30),
          effort(new QuantizedKnnQueryBuilder(field, vector, 10).rescore(Rescore.factor(3))));
    }
    // A query of numbers is rounded to be scored against bits.
    assertEquals(
        byDefault("signs", 40, 480),
        effort(new QuantizedKnnQueryBuilder("signs", randomVector(16), 40)));
    for (GivenVector vector :
        List.of(new Codes(new byte[4]), new GivenVector.Floats(new float[4]))) {
      assertEquals(byDefault(10, 0), effort(new QuantizedKnnQueryBuilder("codes", vector, 10)));
    }
  }

  /** Inner products are no distances. */
  private static SearchEffort byDefault(String field, int k, int rescored) {
    return field.equals("signs") ? new SearchEffort(k, rescored, 150) : byDefault(k, rescored);
  }

  /** As far as distances say, which is expected to be worth an ef of 100. */
  private static SearchEffort byDefault(int k, int rescored) {
    return new SearchEffort(k, rescored, Math.max(k, 100), Math.max(2 * k, 1_000));
  }

  public void testAnEfSearchIsKeptAsItIs() throws IOException {
    float[] vector = {1, 2, 3, 4};
    for (int ef : List.of(10, 99, 100, 101, 1_000, 10_000)) {
      assertEquals(
          new SearchEffort(10, 0, ef, ef),
          effort(new QuantizedKnnQueryBuilder(COSINE_FIELD, vector, 10).efSearch(ef)));
    }
  }

  public void testDefaultEffortKeepsToTheLimit() {
    assertEquals(
        new SearchEffort(10, 0, 50, 50),
        SearchEffort.byDefault(VectorSimilarityFunction.COSINE, 10, 0, 50));
    assertEquals(
        new SearchEffort(10, 0, 100, 300),
        SearchEffort.byDefault(VectorSimilarityFunction.EUCLIDEAN, 10, 0, 300));
    // Inner products are no distances.
    assertEquals(
        new SearchEffort(10, 0, 150),
        SearchEffort.byDefault(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, 10, 0, 10_000));
    assertEquals(
        new SearchEffort(300, 0, 300),
        SearchEffort.byDefault(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, 300, 0, 200));
  }

  private static int candidates(Rescore rescore, Precision precision, int dimension, int k) {
    return rescore.candidates(new QuantizationConfig(precision), dimension, false, k);
  }

  public void testDefaultCandidates() {
    assertEquals(0, candidates(Rescore.DEFAULT, Precision.FP16, 4, 10));
    assertEquals(0, candidates(Rescore.DEFAULT, Precision.INT8, 4, 10));
    assertEquals(100, candidates(Rescore.DEFAULT, Precision.INT4, 384, 10));
    assertEquals(2000, candidates(Rescore.DEFAULT, Precision.INT4, 384, 1000));
    assertEquals(3000, candidates(Rescore.DEFAULT, Precision.BINARY, 768, 1000));
    assertEquals(10_000, candidates(Rescore.DEFAULT, Precision.BINARY, 768, 9_000));
    assertEquals(100, candidates(Rescore.ON, Precision.INT8, 4, 10));
    assertEquals(0, candidates(Rescore.OFF, Precision.BINARY, 384, 10));
    assertEquals(10, candidates(Rescore.factor(1), Precision.BINARY, 4, 10));
    assertEquals(10_000, candidates(Rescore.factor(100), Precision.BINARY, 4, 5_000));
  }

  public void testShortCodesHaveMoreCandidates() {
    // 384 bits are enough: of 96 there are a quarter, which is as far as it goes.
    assertEquals(100, candidates(Rescore.DEFAULT, Precision.BINARY, 384, 10));
    assertEquals(200, candidates(Rescore.DEFAULT, Precision.BINARY, 192, 10));
    assertEquals(6000, candidates(Rescore.ON, Precision.BINARY, 192, 1000));
    assertEquals(400, candidates(Rescore.DEFAULT, Precision.BINARY, 96, 10));
    assertEquals(400, candidates(Rescore.DEFAULT, Precision.BINARY, 2, 10));
    assertEquals(200, candidates(Rescore.DEFAULT, Precision.INT2, 96, 10));
    assertEquals(100, candidates(Rescore.DEFAULT, Precision.INT4, 96, 10));
    assertEquals(20, candidates(Rescore.factor(2), Precision.BINARY, 2, 10));
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
