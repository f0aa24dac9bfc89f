/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.script.Script;
import org.opensearch.script.ScriptType;
import org.opensearch.search.SearchHit;

/** Scripts compute with the vectors that are stored, and score as rescored queries do. */
public class VectorScriptTests extends VectorIndexTestCase {

  private static final int COUNT = 100;

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(QuantvecPlugin.class, PainlessTestPlugin.class);
  }

  private Map<Integer, Float> scriptScores(String source, float[] query) {
    List<Float> parameter = new ArrayList<>();
    for (float value : query) {
      parameter.add(value);
    }
    Script script =
        new Script(ScriptType.INLINE, "painless", source, Map.of("v", List.copyOf(parameter)));
    return scores(
        searchFor(QueryBuilders.scriptScoreQuery(QueryBuilders.existsQuery(FIELD), script)).get());
  }

  private static Map<Integer, Float> scores(SearchResponse response) {
    assertEquals(response.toString(), 0, response.getFailedShards());
    Map<Integer, Float> scores = new HashMap<>();
    for (SearchHit hit : response.getHits()) {
      scores.put(Integer.valueOf(hit.getId()), hit.getScore());
    }
    return scores;
  }

  private static void assertClose(String message, double expected, double actual) {
    assertEquals(message, expected, actual, 1e-5 * Math.max(1, Math.abs(expected)));
  }

  public void testScoresAreThoseOfRescoring() throws IOException {
    for (SpaceType spaceType : SPACE_TYPES) {
      for (String rerank : List.of("fp32", "fp16", "int8", "none")) {
        String codes = randomFrom("int8", "int4", "binary", "fp16");
        createVectorIndex(
            ", \"space_type\": \"%s\", \"precision\": \"%s\", \"rerank\": \"%s\""
                .formatted(spaceType.label(), codes, rerank));
        List<float[]> vectors = randomVectors(COUNT);
        index(vectors, 3);
        float[] query = randomVectors(1).get(0);
        Map<Integer, Float> expected =
            scores(searchFor(knn(query, COUNT).rescore(Rescore.ON)).get());
        Map<Integer, Float> actual = scriptScores("doc['" + FIELD + "'].score(params.v)", query);
        String name = spaceType + " " + codes + " " + rerank;
        assertEquals(name, COUNT, expected.size());
        assertEquals(name, COUNT, actual.size());
        for (int i = 0; i < COUNT; i++) {
          assertClose(name, expected.get(i), actual.get(i));
        }
        client().admin().indices().prepareDelete(INDEX).get();
      }
    }
  }

  public void testFunctionsAreOfTheStoredVectors() throws IOException {
    createVectorIndex(", \"precision\": \"int4\", \"rerank\": \"int8\"");
    List<float[]> vectors = randomVectors(COUNT);
    index(vectors, 2);
    Map<Integer, float[]> stored = storedVectors();
    float[] query = vectors.get(0);
    String doc = "doc['" + FIELD + "']";
    Map<Integer, Float> l2 = scriptScores(doc + ".l2Squared(params.v)", query);
    Map<Integer, Float> l1 = scriptScores(doc + ".l1Norm(params.v)", query);
    Map<Integer, Float> largest = scriptScores(doc + ".lInfNorm(params.v)", query);
    Map<Integer, Float> product = scriptScores("100 + " + doc + ".innerProduct(params.v)", query);
    Map<Integer, Float> cosine = scriptScores("1 + " + doc + ".cosineSimilarity(params.v)", query);
    Map<Integer, Float> last =
        scriptScores("100 + " + doc + ".value[" + (DIMENSION - 1) + "]", query);
    for (int i = 0; i < COUNT; i++) {
      float[] vector = stored.get(i);
      double squares = 0;
      double absolutes = 0;
      double max = 0;
      for (int d = 0; d < DIMENSION; d++) {
        double difference = Math.abs((double) vector[d] - query[d]);
        squares += difference * difference;
        absolutes += difference;
        max = Math.max(max, difference);
      }
      double similar = score(SpaceType.COSINESIMIL, vector, query);
      double dot = score(SpaceType.INNERPRODUCT, vector, query);
      assertClose("l2Squared", squares, l2.get(i));
      assertClose("l1Norm", absolutes, l1.get(i));
      assertClose("lInfNorm", max, largest.get(i));
      assertClose("cosineSimilarity", 2 * similar, cosine.get(i));
      assertClose("innerProduct", dot >= 1 ? dot - 1 : 1 - 1 / dot, product.get(i) - 100);
      assertClose("value", vector[DIMENSION - 1], last.get(i) - 100);
    }
  }

  /** What was made of a parameter is kept, but not when the script writes into it. */
  public void testParameterThatChanges() throws IOException {
    createVectorIndex("");
    index(List.of(new float[DIMENSION], new float[DIMENSION], new float[DIMENSION]), 1);
    float[] query = new float[DIMENSION];
    query[0] = 1;
    Map<Integer, Float> distances =
        scriptScores(
            "List v = new ArrayList(params.v); double first = doc['embedding'].l2Squared(v);"
                + " v[0] = 2; return 10 * first + doc['embedding'].l2Squared(v)",
            query);
    assertEquals(Map.of(0, 14f, 1, 14f, 2, 14f), distances);
  }
}
