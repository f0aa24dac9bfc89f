/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.plugin.evaluate.shard.EvaluateStatus;
import io.quantvec.plugin.query.Reach;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.stats.StatsRequest;
import io.quantvec.plugin.vector.GivenVector;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.rest.RestStatus;

class WireNumbersTest {

  private static <E extends Enum<E> & WireNumbered> String numbers(Class<E> type)
      throws IOException {
    for (E constant : type.getEnumConstants()) {
      BytesStreamOutput out = new BytesStreamOutput();
      WireNumbers.write(out, constant);
      assertEquals(constant, WireNumbers.read(out.bytes().streamInput(), type));
    }
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant + "=" + constant.wireNumber())
        .collect(Collectors.joining(" "));
  }

  /** Nodes of other versions have these numbers: one more may come, none may change. */
  @Test
  void numbersNeverChange() throws IOException {
    assertEquals("K=0 MIN_SCORE=1 MAX_DISTANCE=2", numbers(Reach.Kind.class));
    assertEquals("DEFAULT=0 ON=1 OFF=2 FACTOR=3", numbers(Rescore.Kind.class));
    assertEquals("FLOATS=0 CODES=1 BITS=2 BIT_TEXT=3", numbers(GivenVector.Kind.class));
    assertEquals("FIELDS=0 SHARDS=1 SEGMENTS=2", numbers(StatsRequest.Level.class));
    assertEquals("PLANNING=0 SEARCHING=1 TRYING_PRECISIONS=2", numbers(EvaluateStatus.Phase.class));
  }

  @Test
  void numbersOfTheCodecNeverChange() throws IOException {
    for (CodeOrigin origin : CodeOrigin.values()) {
      BytesStreamOutput out = new BytesStreamOutput();
      WireNumbers.write(out, origin);
      assertEquals(origin, WireNumbers.readOrigin(out.bytes().streamInput()));
    }
    for (CodeReason reason : CodeReason.values()) {
      BytesStreamOutput out = new BytesStreamOutput();
      WireNumbers.write(out, reason);
      assertEquals(reason, WireNumbers.readReason(out.bytes().streamInput()));
    }
    assertEquals(
        "UNCALIBRATED=0 LEARNED=1 INHERITED=2 COPIED=3 PARTLY_COPIED=4",
        Arrays.stream(CodeOrigin.values())
            .map(origin -> origin + "=" + origin.wireNumber())
            .collect(Collectors.joining(" ")));
    assertEquals(
        "NONE=0 FIRST=1 FITS=2 STATIC=3 GROWN=4 DRIFTED=5 RECONFIGURED=6 KEPT=7",
        Arrays.stream(CodeReason.values())
            .map(reason -> reason + "=" + reason.wireNumber())
            .collect(Collectors.joining(" ")));
  }

  @Test
  void refusesUnknownNumbers() throws IOException {
    BytesStreamOutput out = new BytesStreamOutput();
    out.writeVInt(300);
    OpenSearchStatusException e =
        assertThrows(
            OpenSearchStatusException.class,
            () -> WireNumbers.read(out.bytes().streamInput(), Rescore.Kind.class));
    assertEquals(RestStatus.SERVICE_UNAVAILABLE, e.status());
    assertTrue(e.getMessage().contains("[Rescore.Kind]"), e::getMessage);
    assertTrue(e.getMessage().contains("[0, 1, 2, 3]"), e::getMessage);
    assertTrue(e.getMessage().contains("[300]"), e::getMessage);
  }
}
