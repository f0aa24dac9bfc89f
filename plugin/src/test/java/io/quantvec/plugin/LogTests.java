/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;
import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.codec.records.RecordReaders;
import io.quantvec.plugin.activity.VectorActivity;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.lucene.util.Version;
import org.opensearch.common.CheckedRunnable;
import org.opensearch.test.MockLogAppender;

/** What the log says of a node's start, of calibrations and of merges. */
public class LogTests extends VectorIndexTestCase {

  private static List<String> logged(Class<?> by, CheckedRunnable<Exception> action)
      throws Exception {
    List<String> messages = new CopyOnWriteArrayList<>();
    try (MockLogAppender log = MockLogAppender.createForLoggers(LogManager.getLogger(by))) {
      log.addExpectation(
          new MockLogAppender.LoggingExpectation() {
            @Override
            public void match(LogEvent event) {
              if (event.getLevel() == Level.INFO) {
                messages.add(event.getMessage().getFormattedMessage());
              }
            }

            @Override
            public void assertMatched() {}
          });
      action.run();
    }
    return messages;
  }

  public void testTheStart() throws Exception {
    List<String> messages =
        logged(
            QuantvecPlugin.class,
            () -> StartMessage.log(LogManager.getLogger(QuantvecPlugin.class)));
    assertEquals(messages.toString(), 1, messages.size());
    assertThat(messages.get(0), startsWith("plugin [quantvec], version ["));
    assertThat(messages.get(0), containsString("Lucene [" + Version.LATEST + "]"));
    assertThat(messages.get(0), containsString("kernels [" + RecordReaders.kernels() + "]"));
    assertEquals(!RecordReaders.hasVectorApi(), messages.get(0).contains("--add-modules"));
  }

  public void testCalibrationsAndMerges() throws Exception {
    createVectorIndex(", \"precision\": \"int4\"");
    List<String> flushes = logged(VectorActivity.class, () -> index(randomVectors(300), 3));
    assertEquals(flushes.toString(), 1, flushes.size());
    assertThat(
        flushes.get(0),
        startsWith("index [vectors], field [embedding]: a flush learned the calibration ["));
    assertThat(flushes.get(0), containsString("] from 100 vectors and encoded 100 of 100 vectors"));
    assertThat(flushes.get(0), containsString("precision [int4]"));
    assertThat(flushes.get(0), containsString("reason [first]"));

    updateMapping(", \"precision\": \"int2\"");
    List<String> merges = logged(VectorActivity.class, this::mergeToOneSegment);
    assertEquals(merges.toString(), 1, merges.size());
    assertThat(
        merges.get(0),
        startsWith("index [vectors], field [embedding]: a merge learned the calibration ["));
    assertThat(merges.get(0), containsString("encoded 300 of 300 vectors: precision [int2]"));
    assertThat(merges.get(0), containsString("reason [reconfigured]"));
    assertAcked(client().admin().indices().prepareDelete(INDEX));
  }
}
