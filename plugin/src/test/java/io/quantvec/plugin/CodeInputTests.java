/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.index.IndexRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;

/** Vectors that arrive as codes: none of them changes, and scores are those of the codes. */
public class CodeInputTests extends VectorIndexTestCase {

  private static final int VECTORS = 120;

  private void createIndex(int dimension, String parameters) {
    createIndexOf(
        mapping(parameters).replace("\"dimension\": " + DIMENSION, "\"dimension\": " + dimension));
  }

  private static List<byte[]> randomCodes(int count, int length) {
    List<byte[]> codes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[length];
      random().nextBytes(bytes);
      codes.add(bytes);
    }
    // Both ends of what a model may emit, in every dimension.
    Arrays.fill(codes.get(0), Byte.MIN_VALUE);
    Arrays.fill(codes.get(1), Byte.MAX_VALUE);
    return codes;
  }

  private static String document(int n, String key, String value) {
    return "{\"n\": " + n + ", \"" + FIELD + "\": {\"" + key + "\": " + value + "}}";
  }

  private void index(String key, List<byte[]> codes, int segments) {
    List<String> documents = new ArrayList<>();
    for (byte[] code : codes) {
      boolean hex = key.equals("binary") && randomBoolean();
      documents.add(
          document(
              documents.size(),
              key,
              hex ? "\"" + HexFormat.of().formatHex(code) + "\"" : Arrays.toString(code)));
    }
    indexDocuments(0, documents, segments);
  }

  private static QuantizedKnnQueryBuilder knn(GivenVector vector, int k) {
    return new QuantizedKnnQueryBuilder(FIELD, vector, k);
  }

  /** All vectors, and the score of each as exact arithmetic has it. */
  private void assertExactScores(
      String what,
      SpaceType spaceType,
      List<float[]> vectors,
      float[] query,
      SearchResponse response) {
    assertEquals(what, vectors.size(), ids(response).size());
    double largest = vectors.stream().mapToDouble(v -> dot(v, v)).max().getAsDouble();
    double last = Double.POSITIVE_INFINITY;
    for (SearchHit hit : response.getHits()) {
      float[] vector = vectors.get(Integer.parseInt(hit.getId()));
      double exact = score(spaceType, vector, query);
      // Of a cosine no more is known than of the length, a float, and of a query that a zero point
      // has shifted out of the codes' range; of a sum no more than of what is added.
      double unknown =
          switch (spaceType) {
            case L2, HAMMING -> 0;
            case COSINESIMIL -> 2e-6;
            case INNERPRODUCT -> 1e-6 * largest;
          };
      assertEquals(what + " " + hit.getId(), exact, hit.getScore(), unknown + 1e-4 * exact);
      assertTrue(what, hit.getScore() <= last);
      last = hit.getScore();
    }
  }

  private void assertStored(List<float[]> vectors) throws IOException {
    Map<Integer, float[]> stored = storedVectors();
    assertEquals(vectors.size(), stored.size());
    for (int i = 0; i < vectors.size(); i++) {
      assertArrayEquals(vectors.get(i), stored.get(i), 0);
    }
  }

  private static List<float[]> int8Values(List<byte[]> codes, float scale, int zeroPoint) {
    List<float[]> vectors = new ArrayList<>();
    for (byte[] code : codes) {
      float[] vector = new float[code.length];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = scale * (code[d] - zeroPoint);
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static List<float[]> bitValues(List<byte[]> packed, int low) {
    List<float[]> vectors = new ArrayList<>();
    for (byte[] bytes : packed) {
      float[] vector = new float[8 * bytes.length];
      for (int d = 0; d < vector.length; d++) {
        boolean set = (bytes[d / 8] & 128 >>> d % 8) != 0;
        vector[d] = set ? 1 : low;
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }

  public void testInt8CodesAreKeptAndScoredExactly() throws IOException {
    float[] scales = {1, 0.0078125f, 0.013f, 37};
    int[] zeroPoints = {0, -128, 127, 3};
    for (SpaceType spaceType : SPACE_TYPES) {
      for (int i = 0; i < scales.length; i++) {
        assertInt8(spaceType, scales[i], zeroPoints[i], randomFrom(1, 3, 16, 65, 200, 768, 1024));
      }
    }
  }

  private void assertInt8(SpaceType spaceType, float scale, int zeroPoint, int dimension)
      throws IOException {
    String what = spaceType + " " + scale + " " + zeroPoint + " " + dimension;
    createIndex(
        dimension,
        ", \"input\": {\"type\": \"int8\", \"scale\": "
            + scale
            + ", \"zero_point\": "
            + zeroPoint
            + "}, \"space_type\": \""
            + spaceType.label()
            + "\", \"method\": {\"name\": \""
            + randomFrom("hnsw", "flat")
            + "\"}");
    List<byte[]> codes = randomCodes(VECTORS, dimension);
    if (spaceType == SpaceType.COSINESIMIL) {
      // Nothing but zeros has no direction.
      codes.forEach(code -> code[0] = 5);
    }
    index("int8", codes, 3);
    List<float[]> vectors = int8Values(codes, scale, zeroPoint);
    assertInt8(what, spaceType, codes, vectors);
    mergeToOneSegment();
    assertInt8(what + " merged", spaceType, codes, vectors);
    reopen();
    assertInt8(what + " reopened", spaceType, codes, vectors);
    client().admin().indices().prepareDelete(INDEX).get();
  }

  private void assertInt8(
      String what, SpaceType spaceType, List<byte[]> codes, List<float[]> vectors)
      throws IOException {
    assertStored(vectors);
    for (int i : new int[] {0, 1, randomIntBetween(2, VECTORS - 1)}) {
      SearchResponse response = searchFor(knn(new GivenVector.Codes(codes.get(i)), VECTORS)).get();
      assertExactScores(what, spaceType, vectors, vectors.get(i), response);
      if (spaceType != SpaceType.INNERPRODUCT) {
        double self =
            Arrays.stream(response.getHits().getHits())
                .filter(hit -> hit.getId().equals("" + i))
                .findFirst()
                .get()
                .getScore();
        assertEquals(what, response.getHits().getAt(0).getScore(), self, 0);
      }
      float[] numbers = vectors.get(i).clone();
      for (int d = 0; d < numbers.length; d++) {
        numbers[d] *= 1 + 0.3f * (float) random().nextGaussian();
      }
      SearchResponse rescored =
          searchFor(knn(new GivenVector.Floats(numbers), VECTORS).rescore(Rescore.ON)).get();
      assertExactScores(what + " numbers", spaceType, vectors, numbers, rescored);
    }
  }

  private static int hamming(byte[] a, byte[] b) {
    int bits = 0;
    for (int i = 0; i < a.length; i++) {
      bits += Integer.bitCount((a[i] ^ b[i]) & 0xFF);
    }
    return bits;
  }

  public void testHammingByHand() {
    createIndex(8, ", \"input\": {\"type\": \"binary\"}");
    List<String> forms = List.of("\"00\"", "[1]", "\"Aw==\"", "\"0f\"", "[-1]", "[-128]");
    int[] differing = {4, 3, 2, 0, 4, 5};
    List<String> documents = new ArrayList<>();
    for (String form : forms) {
      documents.add(document(documents.size(), "binary", form));
    }
    indexDocuments(0, documents, 2);
    SearchResponse response = searchFor(knn(new GivenVector.BitText("0f"), 10)).get();
    assertEquals(List.of(3, 2, 1, 0, 4, 5), ids(response));
    for (SearchHit hit : response.getHits()) {
      float score = 1f / (1 + differing[Integer.parseInt(hit.getId())]);
      assertEquals(score, hit.getScore(), 0);
    }
  }

  public void testHammingScoresAreExact() throws IOException {
    for (int bytes : new int[] {1, 3, 8, 13, 64, 300}) {
      String method = randomFrom("hnsw", "flat");
      createIndex(
          8 * bytes,
          ", \"input\": {\"type\": \"binary\"}, \"method\": {\"name\": \"" + method + "\"}");
      List<byte[]> codes = randomCodes(VECTORS, bytes);
      index("binary", codes, 3);
      String what = 8 * bytes + " bits, " + method;
      assertHamming(what, codes);
      mergeToOneSegment();
      assertHamming(what + ", merged", codes);
      reopen();
      assertHamming(what + ", reopened", codes);
      client().admin().indices().prepareDelete(INDEX).get();
    }
  }

  private void assertHamming(String what, List<byte[]> codes) throws IOException {
    assertStored(bitValues(codes, 0));
    for (Rescore rescore : List.of(Rescore.DEFAULT, Rescore.ON)) {
      byte[] query = codes.get(randomIntBetween(0, VECTORS - 1));
      SearchResponse response =
          searchFor(knn(new GivenVector.Bits(query), VECTORS).rescore(rescore)).get();
      assertEquals(what, VECTORS, ids(response).size());
      for (SearchHit hit : response.getHits()) {
        int bits = hamming(query, codes.get(Integer.parseInt(hit.getId())));
        assertEquals(what, 1f / (1 + bits), hit.getScore(), 0);
      }
    }
  }

  public void testBitsAsSigns() throws IOException {
    for (SpaceType spaceType : SPACE_TYPES) {
      for (int bytes : new int[] {1, 13, 64}) {
        createIndex(
            8 * bytes,
            ", \"input\": {\"type\": \"binary\"}, \"space_type\": \""
                + spaceType.label()
                + "\", \"method\": {\"name\": \""
                + randomFrom("hnsw", "flat")
                + "\"}");
        List<byte[]> codes = randomCodes(VECTORS, bytes);
        index("binary", codes, 2);
        assertSigns(spaceType + " " + 8 * bytes, spaceType, codes);
        mergeToOneSegment();
        assertSigns(spaceType + " " + 8 * bytes + " merged", spaceType, codes);
        reopen();
        assertSigns(spaceType + " " + 8 * bytes + " reopened", spaceType, codes);
        client().admin().indices().prepareDelete(INDEX).get();
      }
    }
  }

  private void assertSigns(String what, SpaceType spaceType, List<byte[]> codes)
      throws IOException {
    List<float[]> vectors = bitValues(codes, -1);
    assertStored(vectors);
    int i = randomIntBetween(0, VECTORS - 1);
    SearchResponse response = searchFor(knn(new GivenVector.Bits(codes.get(i)), VECTORS)).get();
    assertExactScores(what, spaceType, vectors, vectors.get(i), response);
    // There may be two of the same.
    assertArrayEquals(what, codes.get(i), codes.get(ids(response).get(0)));
    if (spaceType != SpaceType.L2) {
      float[] numbers = new float[vectors.get(0).length];
      for (int d = 0; d < numbers.length; d++) {
        numbers[d] = (float) random().nextGaussian();
      }
      response = searchFor(knn(numbers, VECTORS)).get();
      assertExactScores(what + " numbers", spaceType, vectors, numbers, response);
    }
  }

  /** Enough vectors for a graph, which must know its codes' neighbors without floats. */
  public void testGraph() throws IOException {
    for (String input : List.of("int8", "binary")) {
      int bytes = input.equals("int8") ? 16 : 8;
      createIndex(
          input.equals("int8") ? 16 : 64,
          ", \"input\": {\"type\": \""
              + input
              + "\"}, \"space_type\": \"innerproduct\""
              + ALWAYS_GRAPH);
      List<byte[]> codes = randomCodes(3000, bytes);
      index(input, codes, 2);
      List<float[]> vectors = input.equals("int8") ? int8Values(codes, 1, 0) : bitValues(codes, -1);
      assertFindsNeighbors(input, codes, vectors);
      mergeToOneSegment();
      SegmentField merged = quantizations().get(0);
      assertEquals(CodeOrigin.COPIED, merged.provenance().origin());
      assertEquals(3000, merged.provenance().copied());
      assertEquals("no second copy of the vectors", 0, merged.rerankBytes());
      assertFindsNeighbors(input + " merged", codes, vectors);
      client().admin().indices().prepareDelete(INDEX).get();
    }
  }

  private void assertFindsNeighbors(String what, List<byte[]> codes, List<float[]> vectors) {
    double found = 0;
    int queries = 20;
    for (int q = 0; q < queries; q++) {
      int i = randomIntBetween(0, codes.size() - 1);
      GivenVector query =
          what.startsWith("int8")
              ? new GivenVector.Codes(codes.get(i))
              : new GivenVector.Bits(codes.get(i));
      double worst =
          nearest(SpaceType.INNERPRODUCT, vectors, vectors.get(i), 10, v -> true).stream()
              .mapToDouble(v -> score(SpaceType.INNERPRODUCT, vectors.get(v), vectors.get(i)))
              .min()
              .getAsDouble();
      SearchResponse response = searchFor(knn(query, 10)).get();
      assertEquals(what, 10, ids(response).size());
      for (SearchHit hit : response.getHits()) {
        double exact =
            score(
                SpaceType.INNERPRODUCT, vectors.get(Integer.parseInt(hit.getId())), vectors.get(i));
        assertEquals(what, exact, hit.getScore(), 1e-4 * exact);
        // Many are at the same distance, so that ids say nothing.
        found += exact >= worst ? 0.1 / queries : 0;
      }
    }
    assertThat(what, found, greaterThanOrEqualTo(0.8));
  }

  public void testSourceIsGivenBack() {
    createIndex(16, ", \"input\": {\"type\": \"binary\"}");
    indexDocuments(0, List.of(document(0, "binary", "\"00ff\"")), 1);
    SearchResponse response =
        client()
            .prepareSearch(INDEX)
            .setQuery(QueryBuilders.existsQuery(FIELD))
            .addFetchField(FIELD)
            .get();
    assertEquals(
        List.of(Map.of("binary", "00ff")), response.getHits().getAt(0).field(FIELD).getValues());
  }

  public void testBulkGoesOnAfterBadDocuments() {
    createIndex(8, ", \"input\": {\"type\": \"binary\"}");
    List<String> bad =
        List.of("[1, 2]", "[200]", "[0.5]", "\"zz\"", "\"AAA=\"", "\"?\"", "7", "null", "[[1]]");
    BulkRequestBuilder bulk = client().prepareBulk();
    for (String value : bad) {
      bulk.add(source(document(0, "binary", "[1]")));
      bulk.add(source(document(0, "binary", value)));
    }
    for (BulkItemResponse item : bulk.get()) {
      boolean expectedBad = item.getItemId() % 2 == 1;
      assertEquals(item.getFailureMessage(), expectedBad, item.isFailed());
      if (expectedBad) {
        assertEquals(RestStatus.BAD_REQUEST, item.status());
        assertThat(
            item.getFailureMessage(),
            containsString("field [embedding] of type [quantized_vector] expects an object whose"));
      }
    }
    client().admin().indices().prepareRefresh(INDEX).get();
    SearchResponse response = searchFor(knn(new GivenVector.BitText("01"), 100)).get();
    assertEquals(bad.size(), response.getHits().getTotalHits().value());
  }

  private IndexRequestBuilder source(String document) {
    return client().prepareIndex(INDEX).setSource(document, XContentType.JSON);
  }

  public void testSparseFiltersAndDeletions() throws IOException {
    createIndex(64, ", \"input\": {\"type\": \"binary\"}");
    List<byte[]> codes = randomCodes(VECTORS, 8);
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 2 * VECTORS; i++) {
      documents.add(
          i % 2 == 0
              ? "{\"n\": " + i + "}"
              : document(i, "binary", Arrays.toString(codes.get(i / 2))));
    }
    indexDocuments(0, documents, 3);
    for (int i = 1; i < 40; i++) {
      client().prepareDelete(INDEX, "" + i).get();
    }
    client().admin().indices().prepareRefresh(INDEX).get();
    assertFiltered(codes);
    mergeToOneSegment();
    Map<Integer, float[]> stored = storedVectors();
    for (int i = 41; i < 2 * VECTORS; i += 2) {
      assertArrayEquals(bitValues(codes.subList(i / 2, i / 2 + 1), 0).get(0), stored.get(i), 0);
    }
    assertFiltered(codes);
  }

  private void assertFiltered(List<byte[]> codes) {
    byte[] query = codes.get(30);
    SearchResponse response =
        searchFor(
                knn(new GivenVector.Bits(query), 10)
                    .filterBy(QueryBuilders.rangeQuery("n").gte(30).lt(50)))
            .get();
    assertEquals(List.of(41, 43, 45, 47, 49), ids(response).stream().sorted().toList());
    for (SearchHit hit : response.getHits()) {
      int bits = hamming(query, codes.get(Integer.parseInt(hit.getId()) / 2));
      assertEquals(1f / (1 + bits), hit.getScore(), 0);
    }
  }
}
