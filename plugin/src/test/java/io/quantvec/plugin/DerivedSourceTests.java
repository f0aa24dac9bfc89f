/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.codec.StoredSources;
import io.quantvec.plugin.source.StrippedSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.action.get.GetResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.translog.Translog;
import org.opensearch.search.SearchHit;

/** That documents are stored without the text of their vectors, and given back with it. */
public class DerivedSourceTests extends VectorIndexTestCase {

  private static final int COUNT = 40;

  private final Map<String, String> sent = new HashMap<>();

  private static Map<String, Object> parsed(String json) {
    return XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON).v2();
  }

  private static String array(float[] vector) {
    return Arrays.toString(vector);
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private void send(String id, String json) {
    sent.put(id, json);
    client().prepareIndex(INDEX).setId(id).setSource(json, XContentType.JSON).get();
  }

  private void refresh() {
    client().admin().indices().prepareRefresh(INDEX).get();
  }

  private List<byte[]> storedSources() throws IOException {
    try (Engine.Searcher searcher = shard().acquireSearcher("test")) {
      return StoredSources.of(searcher.getIndexReader());
    }
  }

  private void assertAllStripped() throws IOException {
    List<byte[]> stored = storedSources();
    assertEquals(sent.size(), stored.size());
    for (byte[] source : stored) {
      assertTrue(new String(source, StandardCharsets.UTF_8), StrippedSource.isStripped(source));
    }
  }

  /** By GET and by a search, whose fetch reads many documents in sequence. */
  private void assertAllAsSent() {
    for (Map.Entry<String, String> document : sent.entrySet()) {
      GetResponse response = client().prepareGet(INDEX, document.getKey()).get();
      assertEquals(parsed(document.getValue()), response.getSourceAsMap());
    }
    refresh();
    SearchHit[] hits =
        client()
            .prepareSearch(INDEX)
            .setQuery(QueryBuilders.matchAllQuery())
            .setSize(1000)
            .get()
            .getHits()
            .getHits();
    assertEquals(sent.size(), hits.length);
    for (SearchHit hit : hits) {
      assertEquals(parsed(sent.get(hit.getId())), hit.getSourceAsMap());
    }
  }

  /** Documents that are written in every way that JSON allows. */
  private void sendAllSpellings() {
    List<float[]> vectors = randomVectors(COUNT);
    for (int i = 0; i < COUNT; i++) {
      float[] vector = vectors.get(i);
      String field = "\"" + FIELD + "\"";
      String json =
          switch (i % 8) {
            case 0 -> "{" + field + ":" + array(vector) + ",\"n\":" + i + "}";
            case 1 -> "{\"n\":" + i + "," + field + ":\"" + base64(vector) + "\"}";
            case 2 ->
                "  {\r\n\r\"t\": \"\u00e4\u20ac\",\n"
                    + field
                    + " :\n "
                    + array(vector)
                    + "\r\n,\"n\":"
                    + i
                    + "}\n";
            case 3 ->
                "{\"\u00e4\u20ac\ud83d\ude00\":\"[\", "
                    + field
                    + ": "
                    + array(vector).replace(",", "\n,\u0020")
                    + " }";
            case 4 -> "{" + field + ":" + Arrays.toString(wholeNumbers(vector)) + "}";
            case 5 ->
                "{\"b\":[[1,2],[3]],\"c\":{\"d\":\"\\\"]\"},"
                    + field
                    + ":"
                    + array(vector)
                    + ",\"e\":{\"embedding\":\"x\"}}";
            case 6 -> "{\"n\":" + i + "}";
            default -> "{" + field + ":null,\"n\":1.50}";
          };
      if (i % 8 < 6) {
        send("v" + i, json);
      } else {
        client().prepareIndex(INDEX).setId("n" + i).setSource(json, XContentType.JSON).get();
      }
    }
  }

  private static int[] wholeNumbers(float[] vector) {
    int[] whole = new int[vector.length];
    for (int d = 0; d < whole.length; d++) {
      whole[d] = (int) (100 * vector[d]);
    }
    return whole;
  }

  private void deleteThoseWithout() {
    for (int i = 0; i < COUNT; i++) {
      if (i % 8 >= 6) {
        client().prepareDelete(INDEX, "n" + i).get();
      }
    }
  }

  public void testEverySpellingComesBack() throws IOException {
    createVectorIndex(", \"precision\": \"binary\"");
    sendAllSpellings();
    for (int i = 6; i < COUNT; i += 8) {
      assertEquals(Map.of("n", i), client().prepareGet(INDEX, "n" + i).get().getSourceAsMap());
    }
    deleteThoseWithout();
    assertAllAsSent();
    assertAllStripped();
    assertAllAsSent();
    mergeToOneSegment();
    assertAllStripped();
    assertAllAsSent();
    reopen();
    assertAllStripped();
    assertAllAsSent();
  }

  /** Nothing but the vector is touched, down to the last space. */
  public void testTextAroundTheVectorIsKeptAsItIs() {
    createVectorIndex("");
    float[] vector = new float[DIMENSION];
    Arrays.fill(vector, 0.25f);
    String text =
        "{ \"x\" : 1.50e2,\n\t\""
            + FIELD
            + "\":"
            + array(vector).replace(" ", "")
            + " , \"y\":\"\\u00e4\"}";
    send("1", text);
    refresh();
    assertEquals(text, client().prepareGet(INDEX, "1").get().getSourceAsString());
  }

  public void testNumbersComeBackBitForBit() {
    createVectorIndex("");
    float[][] vectors = new float[200][DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      for (int d = 0; d < DIMENSION; d++) {
        float value;
        do {
          value = Float.intBitsToFloat(random().nextInt());
        } while (!(Math.abs(value) < 1e18f));
        vectors[i][d] = value;
      }
      send("" + i, "{\"" + FIELD + "\":" + array(vectors[i]) + "}");
    }
    refresh();
    String[] first = new String[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      first[i] = client().prepareGet(INDEX, "" + i).get().getSourceAsString();
      send("" + i, first[i]);
    }
    refresh();
    for (int i = 0; i < vectors.length; i++) {
      GetResponse second = client().prepareGet(INDEX, "" + i).get();
      assertEquals(first[i], second.getSourceAsString());
      List<?> numbers = (List<?>) second.getSourceAsMap().get(FIELD);
      for (int d = 0; d < DIMENSION; d++) {
        assertEquals(vectors[i][d], ((Number) numbers.get(d)).floatValue(), 0);
      }
    }
  }

  public void testUpdatesKeepTheVector() throws IOException {
    createVectorIndex(", \"precision\": \"int4\"");
    List<float[]> vectors = randomVectors(20);
    for (int i = 0; i < vectors.size(); i++) {
      send("" + i, document(i, vectors.get(i)));
    }
    for (int round = 0; round < 4; round++) {
      if (round % 2 == 1) {
        refresh();
      }
      for (int i = 0; i < vectors.size(); i++) {
        client().prepareUpdate(INDEX, "" + i).setDoc("t", "round " + round).get();
        String text = document(i, vectors.get(i));
        sent.put("" + i, text.substring(0, text.length() - 1) + ",\"t\":\"round " + round + "\"}");
      }
    }
    assertAllAsSent();
    Map<Integer, float[]> stored = storedVectors();
    for (int i = 0; i < vectors.size(); i++) {
      assertArrayEquals(vectors.get(i), stored.get(i), 0);
    }
    assertAllStripped();
  }

  public void testNestedObjectsAndArrays() throws IOException {
    createIndexOf(
        "{\"properties\": {\"title\": {\"properties\": {\"e\": "
            + fieldOf(4)
            + "}},"
            + "\"chunks\": {\"type\": \"nested\", \"properties\": {\"e\": "
            + fieldOf(4)
            + ", \"parts\": {\"type\": \"nested\", \"properties\": {\"e\": "
            + fieldOf(2)
            + "}}}}}}");
    for (int i = 0; i < 12; i++) {
      send(
          "" + i,
          "{\"title\":{\"e\":["
              + i
              + ",2,3,4.5]},\"chunks\":[{\"e\":[1,2,"
              + i
              + ",0.5]},{\"n\":2},"
              + "{\"parts\":[{\"e\":[1,"
              + i
              + "]},{\"e\":[2,"
              + i
              + ".25]}],\"e\":[5,6,7,"
              + i
              + "]}]}");
      send("dots" + i, "{\"title.e\":[" + i + ",1,1,4],\"chunks\":{\"e\":[3,2,1," + i + ".5]}}");
      send("one" + i, "{\"title\":[{\"e\":[" + i + ",1,1,4]},{\"x\":[1,2,3,4]}]}");
      if (i % 4 == 0) {
        refresh();
      }
    }
    assertAllAsSent();
    assertAllStripped();
    assertAllAsSent();
    client().prepareDelete(INDEX, "3").get();
    sent.remove("3");
    mergeToOneSegment();
    assertAllAsSent();
    assertAllStripped();
  }

  private static String fieldOf(int dimension) {
    return "{\"type\": \"quantized_vector\", \"dimension\": " + dimension + "}";
  }

  /** The vector is then in two of the documents that Lucene gets. */
  public void testNestedObjectThatIsPartOfItsParent() throws IOException {
    createIndexOf(
        "{\"properties\": {\"c\": {\"type\": \"nested\", \"include_in_parent\": true,"
            + " \"properties\": {\"e\": "
            + fieldOf(2)
            + "}}}}");
    send("1", "{\"c\":{\"e\":[1,2.5]}}");
    refresh();
    assertAllAsSent();
    assertAllStripped();
  }

  private void assertIncludedTwice(String nested, String json, String place) {
    createIndexOf(nested);
    MapperParsingException e =
        expectThrows(
            MapperParsingException.class,
            () -> client().prepareIndex(INDEX).setSource(json, XContentType.JSON).get());
    for (String expected :
        List.of(
            "type [quantized_vector]", "one vector in " + place, "include_in_parent", "nested")) {
      assertTrue(e.getMessage(), e.getMessage().contains(expected));
    }
    client().admin().indices().prepareDelete(INDEX).get();
  }

  private static String nested(String options, String properties) {
    return "{\"type\": \"nested\"" + options + ", \"properties\": {" + properties + "}}";
  }

  /** Lucene's own message is about a field that appears more than once. */
  public void testSecondVectorThatTheMappingCopiesIntoADocument() throws IOException {
    String inner = "\"e\": " + fieldOf(2);
    String parent = ", \"include_in_parent\": true";
    String root = ", \"include_in_root\": true";
    String two = "{\"c\": [{\"e\": [1, 2]}, {\"e\": [3, 4]}]}";
    for (String options : List.of(parent, root, parent + ", \"dynamic\": false")) {
      String mapping = "{\"properties\": {\"c\": " + nested(options, inner) + "}}";
      assertIncludedTwice(mapping, two, "the root document");
      assertIncludedTwice(
          mapping.replace("\"dimension\": 2", "\"dimension\": 2, \"ignore_malformed\": true"),
          two,
          "the root document");
    }
    String twoOuter = "{\"c\": [{\"d\": {\"e\": [1, 2]}}, {\"d\": {\"e\": [3, 4]}}]}";
    String twoInner = "{\"c\": {\"d\": [{\"e\": [1, 2]}, {\"e\": [3, 4]}]}}";
    String object = "the document of the [nested] object [c]";
    for (String options : List.of(parent, "")) {
      String mapping =
          "{\"properties\": {\"c\": " + nested(options, "\"d\": " + nested(parent, inner)) + "}}";
      assertIncludedTwice(mapping, twoInner, object);
      if (options.isEmpty()) {
        createIndexOf(mapping);
        send("1", twoOuter);
        assertAllAsSent();
        client().admin().indices().prepareDelete(INDEX).get();
        sent.clear();
      } else {
        assertIncludedTwice(mapping, twoOuter, "the root document");
      }
    }
    // The root gets what the parent has, once.
    createIndexOf(
        "{\"properties\": {\"c\": " + nested(root, "\"d\": " + nested(parent, inner)) + "}}");
    send("1", "{\"c\": [{\"d\": [{\"e\": [1, 2]}]}]}");
    assertAllAsSent();
    sent.clear();
    client().admin().indices().prepareDelete(INDEX).get();
    // By a mapping that the document itself brings about.
    assertIncludedTwice(
        "{\"dynamic_templates\": [{\"o\": {\"match\": \"c\", \"mapping\": {\"type\": \"nested\""
            + parent
            + "}}}, {\"v\": {\"match\": \"e\", \"mapping\": "
            + fieldOf(2)
            + "}}]}",
        two,
        "the root document");
  }

  public void testIndexSorting() throws IOException {
    client()
        .admin()
        .indices()
        .prepareCreate(INDEX)
        .setSettings(
            Settings.builder()
                .put(indexSettings())
                .put("index.sort.field", "n")
                .put("index.sort.order", "desc"))
        .setMapping(mapping(""))
        .get();
    List<float[]> vectors = randomVectors(60);
    for (int i = 0; i < vectors.size(); i++) {
      send("" + i, document((i * 7) % 60, vectors.get(i)));
      if (i % 25 == 0) {
        refresh();
      }
    }
    assertAllAsSent();
    assertAllStripped();
    mergeToOneSegment();
    assertAllAsSent();
    assertAllStripped();
  }

  public void testOptOutKeepsTheText() throws IOException {
    createVectorIndex(", \"derived_source\": false");
    sendAllSpellings();
    deleteThoseWithout();
    refresh();
    for (byte[] source : storedSources()) {
      assertFalse(StrippedSource.isStripped(source));
    }
    assertAllAsSent();
    updateMapping(", \"derived_source\": true");
    send("late", document(1, randomVectors(1).get(0)));
    refresh();
    assertEquals(1, storedSources().stream().filter(StrippedSource::isStripped).count());
    mergeToOneSegment();
    assertAllAsSent();
    assertEquals(1, storedSources().stream().filter(StrippedSource::isStripped).count());
  }

  private void createIndexWithSource(String source) {
    createIndexOf(
        "{\"_source\": "
            + source
            + ", \"properties\": {\"a\": {\"properties\": {\""
            + FIELD
            + "\": "
            + fieldOf(2)
            + "}}}}");
  }

  /** What a mapping leaves out of the source stays out, and the rest comes back. */
  public void testOtherFieldsThatAreLeftOutOfTheSource() {
    for (String source :
        List.of(
            "{\"excludes\": [\"big\"]}",
            "{\"includes\": [\"a.*\", \"n\"]}",
            "{\"includes\": [\"a\", \"n\"]}")) {
      createIndexWithSource(source);
      for (int i = 0; i < 5; i++) {
        send("" + i, "{\"a\":{\"" + FIELD + "\":[1," + i + ".5]},\"big\":\"x\",\"n\":1}");
        refresh();
        client().prepareUpdate(INDEX, "" + i).setDoc("n", 2).get();
      }
      refresh();
      mergeToOneSegment();
      for (int i = 0; i < 5; i++) {
        assertEquals(
            source,
            Map.of("a", Map.of(FIELD, List.of(1, i + .5)), "n", 2),
            client().prepareGet(INDEX, "" + i).get().getSourceAsMap());
      }
      client().admin().indices().prepareDelete(INDEX).get();
    }
  }

  /** An update would lose the vector, and say nothing. */
  public void testVectorThatIsLeftOutOfTheSource() {
    for (String source :
        List.of(
            "{\"excludes\": [\"a.embedding\"]}",
            "{\"excludes\": [\"a\"]}",
            "{\"excludes\": [\"*.embedding\"]}",
            "{\"includes\": [\"n\"]}")) {
      createIndexWithSource(source);
      Exception e =
          expectThrows(
              MapperParsingException.class, () -> send("1", "{\"a\":{\"" + FIELD + "\":[1,2]}}"));
      assertTrue(e.getMessage(), e.getMessage().contains("an update of the document would lose"));
      assertTrue(e.getMessage(), e.getMessage().contains("field [a.embedding]"));
      client().prepareIndex(INDEX).setId("2").setSource("{\"n\":1}", XContentType.JSON).get();
      client().admin().indices().prepareDelete(INDEX).get();
    }
    sent.clear();
    createIndexWithSource("{\"enabled\": false}");
    send("1", "{\"a\":{\"" + FIELD + "\":[1,2]}}");
    refresh();
    assertNull(client().prepareGet(INDEX, "1").get().getSourceAsMap());
  }

  /** What is sent to a recovering copy of the shard that needs some operations only. */
  public void testOperationsHaveTheirVectors() throws IOException {
    createVectorIndex(", \"precision\": \"binary\"");
    sendAllSpellings();
    deleteThoseWithout();
    client().admin().indices().prepareFlush(INDEX).get();
    refresh();
    int operations = 0;
    try (Translog.Snapshot snapshot =
        shard().newChangesSnapshot("test", 0, Long.MAX_VALUE, false, false)) {
      for (Translog.Operation op = snapshot.next(); op != null; op = snapshot.next()) {
        if (op instanceof Translog.Index index && sent.containsKey(index.id())) {
          operations++;
          assertEquals(
              parsed(sent.get(index.id())),
              XContentHelper.convertToMap(index.source(), true, MediaTypeRegistry.JSON).v2());
        }
      }
    }
    assertEquals(sent.size(), operations);
  }

  private String anyNumber() {
    long whole = random().nextLong() >> random().nextInt(64);
    String fraction = "." + "0".repeat(random().nextInt(3)) + random().nextInt(1000);
    String exponent =
        (random().nextBoolean() ? "e" : "E")
            + List.of("", "+", "-").get(random().nextInt(3))
            + random().nextInt(9);
    return switch (random().nextInt(12)) {
      case 0 -> "" + whole;
      case 1 -> whole + fraction;
      case 2 -> whole + ".000000";
      case 3 -> whole + exponent;
      case 4 -> whole + fraction + exponent;
      case 5 -> (random().nextBoolean() ? "-" : "") + "0" + (random().nextBoolean() ? ".0" : "");
      case 6 -> "" + random().nextInt(10);
      case 7 -> random().nextInt(10) + ".0";
      case 8 -> random().nextLong() + "" + random().nextInt(1000);
      case 9 -> "" + random().nextFloat();
      case 10 -> "" + random().nextDouble();
      default ->
          List.of("1E5", "-0", "-0.0", "1e-7", "1.0E+2", "2147483647", "9223372036854775807")
              .get(random().nextInt(7));
    };
  }

  private String anyVector() {
    int kinds = random().nextInt(4);
    List<String> numbers = new ArrayList<>();
    while (numbers.size() < DIMENSION) {
      String number = anyNumber();
      boolean whole = number.matches("-?[0-9]+");
      // Scores of larger numbers would not be finite.
      boolean scorable = Math.abs(Double.parseDouble(number)) < 1e18;
      if (scorable && (kinds >= 2 || whole == (kinds == 0))) {
        numbers.add(number);
      }
    }
    return "[" + String.join(random().nextBoolean() ? "," : " ,\n", numbers) + "]";
  }

  private record Numbers(List<XContentParser.NumberType> types, List<Float> floats) {

    static Numbers of(String json) throws IOException {
      Numbers numbers = new Numbers(new ArrayList<>(), new ArrayList<>());
      try (XContentParser parser =
          XContentType.JSON
              .xContent()
              .createParser(
                  NamedXContentRegistry.EMPTY,
                  DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                  json)) {
        for (XContentParser.Token t = parser.nextToken(); t != null; t = parser.nextToken()) {
          if (t == XContentParser.Token.VALUE_NUMBER) {
            numbers.types.add(parser.numberType());
            numbers.floats.add(parser.floatValue());
          }
        }
      }
      return numbers;
    }
  }

  /** Who takes vectors on to another index, or sorts them, needs numbers of the kind that came. */
  public void testEveryNumberKeepsItsKindAndValue() throws IOException {
    for (String copy : List.of("fp32", "none")) {
      createVectorIndex(", \"rerank\": \"" + copy + "\"");
      Map<String, String> vectors = new HashMap<>();
      for (int i = 0; i < 300; i++) {
        String json = "{\"" + FIELD + "\":" + anyVector() + "}";
        vectors.put("" + i, json);
        client().prepareIndex(INDEX).setId("" + i).setSource(json, XContentType.JSON).get();
      }
      refresh();
      mergeToOneSegment();
      for (Map.Entry<String, String> vector : vectors.entrySet()) {
        Numbers expected = Numbers.of(vector.getValue());
        String source = client().prepareGet(INDEX, vector.getKey()).get().getSourceAsString();
        Numbers got = Numbers.of(source);
        if (copy.equals("fp32")) {
          assertEquals(vector.getValue() + " as " + source, expected, got);
        } else {
          for (int d = 0; d < DIMENSION; d++) {
            assertEquals(
                vector.getValue() + " as " + source,
                expected.types.get(d) == XContentParser.NumberType.DOUBLE,
                got.types.get(d) == XContentParser.NumberType.DOUBLE);
          }
        }
      }
      long stripped = storedSources().stream().filter(StrippedSource::isStripped).count();
      assertTrue("stripped " + stripped, stripped > 150);
      client().admin().indices().prepareDelete(INDEX).get();
    }
  }

  /** The platform takes any encoding that JSON allows; its places are counted in characters. */
  public void testOtherEncodingsKeepTheirVectors() {
    createVectorIndex("");
    for (int length = 0; length < 30; length++) {
      String json =
          "{\"key\":\""
              + "z".repeat(length)
              + "\",\""
              + FIELD
              + "\":"
              + array(randomVectors(1).get(0))
              + ",\"e\":\"]\"}";
      byte[] text = json.getBytes(StandardCharsets.UTF_16LE);
      client().prepareIndex(INDEX).setId("1").setSource(text, XContentType.JSON).get();
      refresh();
      assertArrayEquals(text, client().prepareGet(INDEX, "1").get().getSourceAsBytes());
    }
  }

  /** However zero was written, and however base64 was: only what would be equal is left out. */
  public void testUnusualSpellingsComeBackEqual() {
    createVectorIndex("");
    String zeros = Arrays.toString(new float[DIMENSION]).replace("0.0", "-0.00");
    send("zeros", "{\"" + FIELD + "\":" + zeros + "}");
    String text = base64(randomVectors(1).get(0));
    send("escaped", "{\"" + FIELD + "\":\"" + text.replace("/", "\\/") + "\"}");
    send("unpadded", "{\"" + FIELD + "\":\"" + text.replace("=", "") + "\"}");
    refresh();
    assertAllAsSent();
  }

  public void testOtherContentKeepsItsVectors() throws IOException {
    createVectorIndex("");
    List<float[]> vectors = randomVectors(4);
    List<XContentType> types = new ArrayList<>(List.of(XContentType.values()));
    types.remove(XContentType.JSON);
    for (int i = 0; i < types.size(); i++) {
      client()
          .prepareIndex(INDEX)
          .setId("" + i)
          .setSource(
              MediaTypeRegistry.contentBuilder(types.get(i))
                  .map(parsed(document(i, vectors.get(i)))))
          .get();
    }
    refresh();
    for (int i = 0; i < types.size(); i++) {
      assertEquals(
          types.get(i).toString(),
          parsed(document(i, vectors.get(i))),
          client().prepareGet(INDEX, "" + i).get().getSourceAsMap());
    }
  }
}
