/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.vector.GivenVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.MockLogAppender;

/** That logs and tasks show the beginning of a query's vector, and everybody else all of it. */
public class SlowLogTests extends VectorIndexTestCase {

  private static final String SHOWN = "\"vector\":\"[0.5, 1.5, 2.5, ...] (16 numbers)\"";

  private static float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = d + 0.5f;
    }
    return vector;
  }

  private SearchSourceBuilder parse(String json) throws Exception {
    try (XContentParser parser = createParser(XContentType.JSON.xContent(), json)) {
      return SearchSourceBuilder.fromXContent(parser);
    }
  }

  private static SearchSourceBuilder source() {
    return new SearchSourceBuilder()
        .query(
            QueryBuilders.boolQuery()
                .should(knn(vector(), 3).filterBy(knn(vector(), 2)))
                .filter(QueryBuilders.matchAllQuery()));
  }

  public void testTheSlowLogShowsTheBeginning() throws Exception {
    createVectorIndex("");
    index(randomVectors(5), 1);
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareUpdateSettings(INDEX)
            .setSettings(
                Settings.builder()
                    .put("index.search.slowlog.threshold.query.warn", "0ms")
                    .put("index.search.slowlog.threshold.fetch.warn", "0ms")));
    ByteBuffer bytes = ByteBuffer.allocate(4 * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector());
    String base64 =
        "{\"query\": {\"quantized_knn\": {\""
            + FIELD
            + "\": {\"k\": 3, \"vector\": \""
            + Base64.getEncoder().encodeToString(bytes.array())
            + "\"}}}}";
    for (SearchSourceBuilder source : List.of(source(), parse(base64))) {
      List<String> messages = new CopyOnWriteArrayList<>();
      try (MockLogAppender log =
          MockLogAppender.createForLoggers(
              LogManager.getLogger("index.search.slowlog.query"),
              LogManager.getLogger("index.search.slowlog.fetch"))) {
        log.addExpectation(
            new MockLogAppender.LoggingExpectation() {
              @Override
              public void match(LogEvent event) {
                messages.add(event.getMessage().getFormattedMessage());
              }

              @Override
              public void assertMatched() {}
            });
        client().search(new SearchRequest(INDEX).source(source)).actionGet();
      }
      assertEquals(messages.toString(), 2, messages.size());
      for (String message : messages) {
        assertThat(message, containsString(SHOWN));
        // Not the number alone: the time that the search took may hold it, as in 333.5micros.
        assertThat(message, not(containsString(", 3.5")));
      }
    }
  }

  public void testTasksShowTheBeginning() {
    assertThat(new SearchRequest(INDEX).source(source()).buildDescription(), containsString(SHOWN));
  }

  /** Clients send what this gives them. */
  public void testWhatIsSentIsWhole() throws Exception {
    SearchSourceBuilder source = source();
    assertEquals(source, parse(source.toString()));
    QuantizedKnnQueryBuilder query = knn(vector(), 3);
    assertThat(query.toString(), containsString("15.5"));
  }

  public void testEveryKindIsAbbreviated() {
    List<String> shown = new ArrayList<>();
    shown.add(new GivenVector.Floats(new float[] {1, 2}).abbreviate());
    shown.add(new GivenVector.Codes(new byte[] {1, 2, 3}).abbreviate());
    shown.add(new GivenVector.Bits(new byte[] {1, 2, 3, 4}).abbreviate());
    shown.add(new GivenVector.BitText("0123456789abcdef").abbreviate());
    assertEquals(
        List.of(
            "[1.0, 2.0] (2 numbers)",
            "[1, 2, 3] (3 codes as [int8])",
            "[1, 2, 3, ...] (4 bytes as [binary])",
            "01234567... (a string of 16 characters as [binary])"),
        shown);
  }
}
