/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;
import org.opensearch.core.xcontent.XContentLocation;

/** Texts less their vectors, and where vectors are found. */
class StrippedSourceTest {

  private static StrippedSource.Vector find(
      String text, int line, int first, int last, float... vector) {
    return find(new BytesRef(text), VectorForm.NUMBERS, line, first, last, vector);
  }

  private static StrippedSource.Vector find(
      BytesRef text, VectorForm form, int line, int first, int last, float... vector) {
    return new SourceText(text)
        .find(
            "v",
            0,
            new VectorText(
                form, new XContentLocation(line, first), new XContentLocation(line, last)),
            vector);
  }

  @Test
  void anyTextComesBack() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder("{");
      List<StrippedSource.Vector> vectors = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      int count = 1 + random.nextInt(5);
      int bytes = 1;
      for (int i = 0; i < count; i++) {
        String between = "\u00e4 ,".repeat(random.nextInt(3));
        bytes += between.getBytes(StandardCharsets.UTF_8).length;
        float[] vector = {random.nextFloat(), random.nextInt(3), -random.nextFloat()};
        VectorSpelling spelling =
            random.nextBoolean()
                ? VectorSpelling.of(VectorForm.fromWireNumber(random.nextInt(3)))
                : random.nextBoolean()
                    ? VectorSpelling.of(VectorForm.WHOLE_NUMBERS)
                    : VectorSpellings.mixed(3, random.nextInt(3));
        String json = spelling.ofNumbers(vector);
        text.append(between).append(json);
        texts.add("f" + i % 2 + "/" + i + "/" + json);
        vectors.add(
            new StrippedSource.Vector("f" + i % 2, i, spelling, bytes, bytes + json.length()));
        bytes += json.length();
      }
      text.append("}");
      byte[] stored =
          BytesRef.deepCopyOf(StrippedSource.strip(new BytesRef(text.toString()), vectors)).bytes;
      assertTrue(StrippedSource.isStripped(stored));
      byte[] back =
          StrippedSource.restore(
              stored,
              (field, before, spelling) -> {
                String expected = texts.get(before);
                assertTrue(expected.startsWith(field + "/" + before + "/"));
                return expected.substring(expected.indexOf('/', 3) + 1);
              });
      assertEquals(text.toString(), new String(back, StandardCharsets.UTF_8));
    }
  }

  /** Whatever the bytes are, an answer or an exception, and no endless loop or huge array. */
  @Test
  void damagedBytesAreRefused() throws IOException {
    byte[] stored =
        BytesRef.deepCopyOf(
                StrippedSource.strip(
                    new BytesRef("{\"v\":[1.5]}"),
                    List.of(
                        new StrippedSource.Vector("v", 0, VectorSpellings.mixed(40, 7), 5, 10))))
            .bytes;
    Random random = new Random(3);
    for (int round = 0; round < 5000; round++) {
      byte[] damaged = stored.clone();
      damaged[1 + random.nextInt(damaged.length - 1)] = (byte) random.nextInt();
      try {
        StrippedSource.restore(damaged, (field, before, form) -> "[1.5]");
      } catch (IOException | RuntimeException e) {
        assertFalse(e.toString().isEmpty());
      }
    }
    byte[] newer = stored.clone();
    newer[1] = 9;
    IOException e =
        assertThrows(
            IOException.class, () -> StrippedSource.restore(newer, (field, before, form) -> ""));
    assertTrue(e.getMessage().contains("found version 9"), e.getMessage());
  }

  /** The length of a name and that of a text, as damage may leave them. */
  @Test
  void damagedLengthsTakeNoMemory() {
    byte[] longName = {1, 0, 1, -1, -1, -1, -1, 7, 'v'};
    byte[] negativeName = {1, 0, 1, -1, -1, -1, -1, 15, 'v'};
    byte[] longText = {1, 0, 1, 1, 'v', 1, 0, 0, 0, -1, -1, -1, -1, 7, '{', '}'};
    byte[] negativeText = {1, 0, 1, 1, 'v', 1, 0, 0, 0, -1, -1, -1, -1, 15, '{', '}'};
    for (byte[] damaged : List.of(longName, negativeName, longText, negativeText)) {
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  StrippedSource.restore(
                      damaged,
                      (field, before, form) -> {
                        throw new AssertionError("no vector is read for a damaged source");
                      }));
      assertTrue(e.getMessage().contains("a stripped source"), e.getMessage());
    }
  }

  @Test
  void documentsAreNotTakenForStripped() {
    for (String text : List.of("{}", " {\"a\":1}", "", "---\n", "\n{}")) {
      assertFalse(StrippedSource.isStripped(text.getBytes(StandardCharsets.UTF_8)), text);
    }
  }

  @Test
  void whatDoesNotLookLikeAVectorIsLeft() {
    String text = "{\"v\":[1.5],\"s\":\"a\\\"]\"}";
    assertEquals(5, find(text, 1, 6, 10, 1.5f).start());
    assertEquals(10, find(text, 1, 6, 10, 1.5f).end());
    assertNull(find(text, 1, 16, 16, 1.5f));
    assertNull(find(text, 1, 6, 10, 1.5f, 2));
    assertNull(find(text, 1, 7, 10, 1.5f));
    assertNull(find(text, 1, 6, 9, 1.5f));
    assertNull(find(text, 1, 10, 6, 1.5f));
    assertNull(find(text, 2, 6, 10, 1.5f));
    assertNull(find(text, 1, 6, 100, 1.5f));
    assertNull(find(text, -1, -1, -1, 1.5f));
    assertNull(find("[1],[2]", 1, 1, 7, 1));
    assertNull(find("[1,/*]*/2]", 1, 1, 10, 1, 2));
  }

  /** A place that was counted in characters of two bytes each is none in the text. */
  @Test
  void textThatIsNotUtf8IsLeft() {
    String text = "{\"s\":\"%s\",\"v\":[1,2],\"t\":\"[3,4]\"}";
    for (int length = 0; length < 30; length++) {
      String document = String.format(Locale.ROOT, text, "z".repeat(length));
      int start = document.indexOf('[') + 1;
      BytesRef bytes = new BytesRef(document.getBytes(StandardCharsets.UTF_16LE));
      assertNull(find(bytes, VectorForm.NUMBERS, 1, start, start + 4, 1, 2), document);
    }
  }

  /** Numbers are put back as they are read, and text exactly as it was. */
  @Test
  void base64ThatWouldComeBackDifferentIsLeft() {
    float[] vector = {-1.75f, 3.3961514e38f, 2, 4};
    String base64 = VectorForm.BASE64.ofNumbers(vector);
    assertEquals(-1, base64.indexOf('\\'));
    assertEquals(26, base64.length());
    String escaped = base64.replace("/", "\\/");
    assertTrue(escaped.length() > base64.length(), base64);
    for (String text : List.of(base64, escaped)) {
      assertEquals(
          text.length(), find(new BytesRef(text), VectorForm.BASE64, 1, 1, 1, vector).end(), text);
    }
    for (String text :
        List.of(
            base64.replace("=", ""),
            base64.replace("A==", "B=="),
            base64.replace("A==", "\\u0041=="),
            base64.substring(0, 25),
            base64.substring(0, 5),
            "\"\\")) {
      assertFalse(text.equals(base64), text);
      assertNull(find(new BytesRef(text), VectorForm.BASE64, 1, 1, 1, vector), text);
    }
  }

  @Test
  void linesEndInAnyOfThreeWays() {
    String vector = "[1.5]";
    for (String text :
        List.of("\n\n[1.5]", "\r\r[1.5]", "\r\n\r\n[1.5]", "{\n\r[1.5]", "\u00e4\n\n[1.5]")) {
      StrippedSource.Vector found = find(text, 3, 1, 5, 1.5f);
      assertArrayEquals(
          vector.getBytes(StandardCharsets.UTF_8),
          Arrays.copyOfRange(text.getBytes(StandardCharsets.UTF_8), found.start(), found.end()));
    }
  }

  private static VectorSpelling spelling(String text, float... vector) {
    return find(text, 1, 1, text.length(), vector).spelling();
  }

  @Test
  void everyNumberKeepsItsKind() throws IOException {
    assertEquals(VectorForm.NUMBERS, spelling("[1.0,2e0,3E0,-0.000]", 1, 2, 3, -0.0f).form());
    assertEquals(VectorForm.NUMBERS, spelling("[1.05 ]", 1.05f).form());
    assertEquals(VectorForm.WHOLE_NUMBERS, spelling("[ 1 ,\n-2]", 1, -2).form());
    assertEquals(VectorForm.WHOLE_NUMBERS, spelling("[-0]", 0).form());
    assertEquals(VectorSpellings.mixed(3, 1), spelling("[1.0,2,1e0]", 1, 2, 1));
    assertEquals("[1.0,2,1.0]", spelling("[1.0,2,1e0]", 1, 2, 1).ofNumbers(new float[] {1, 2, 1}));
    assertEquals("[1.0,2.5]", VectorForm.NUMBERS.ofNumbers(new float[] {1, 2.5f}));
    assertEquals("[1,-3]", VectorForm.WHOLE_NUMBERS.ofNumbers(new float[] {1, -3}));
    assertEquals(
        "[16777216,-100000002004087734272,-9223372036854775808,9223372036854775808]",
        VectorForm.WHOLE_NUMBERS.ofNumbers(new float[] {1 << 24, -1e20f, -0x1p63f, 0x1p63f}));
  }

  /** A lossy copy has other numbers than the document had. */
  @Test
  void wholeNumbersOfLossyCopiesAreTheNearestOnes() {
    assertEquals(
        "[3,0,0,-2]", VectorForm.WHOLE_NUMBERS.ofNumbers(new float[] {2.98f, -0.1f, -0.0f, -1.6f}));
  }

  @Test
  void formsOfVersion0AreWrittenAsTheyWere() {
    VectorForm bare = VectorForm.BARE_NUMBERS;
    assertEquals("[1,2.5,-3]", bare.ofNumbers(new float[] {1, 2.5f, -3}));
    assertEquals("[1.6777216E7,-1.0E20]", bare.ofNumbers(new float[] {1 << 24, -1e20f}));
    assertEquals("[0,-0.0,1]", bare.ofNumbers(new float[] {0, -0.0f, 1}));
  }

  /** Java's types of whole numbers are not comparable with each other, as sorting needs it. */
  @Test
  void wholeNumbersThatWouldComeBackAsAnotherTypeAreLeft() {
    assertNull(find("[2147483647]", 1, 1, 12, 0x1p31f));
    assertEquals(VectorForm.WHOLE_NUMBERS, spelling("[2147483583]", 2147483520f).form());
    assertEquals(VectorForm.WHOLE_NUMBERS, spelling("[2147483648]", 0x1p31f).form());
    assertEquals(VectorForm.WHOLE_NUMBERS, spelling("[-2147483648]", -0x1p31f).form());
    assertNull(find("[9223372036854775807]", 1, 1, 21, 0x1p63f));
    assertEquals(VectorForm.WHOLE_NUMBERS, spelling("[9223372036854775808]", 0x1p63f).form());
    assertNull(find("[1-2345678901]", 1, 1, 14, 5));
    assertNull(find("[3]", 1, 1, 3, 3.5f));
  }

  @Test
  void kindsOfNumbersTakeFewBytes() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      int count = 1 + random.nextInt(1000);
      BitSet whole = new BitSet();
      double share = Math.pow(random.nextDouble(), 4);
      for (int d = 0; d < count; d++) {
        whole.set(d, random.nextDouble() < share);
      }
      NumberKinds kinds = new NumberKinds(count, whole);
      ByteBuffersDataOutput out = new ByteBuffersDataOutput();
      kinds.writeTo(out);
      byte[] bytes = out.toArrayCopy();
      assertTrue(bytes.length <= 3 + (count + 7) / 8, bytes.length + " bytes for " + count);
      assertTrue(bytes.length <= 4 + 4 * whole.cardinality(), bytes.length + " bytes");
      ByteArrayDataInput in = new ByteArrayDataInput(bytes);
      assertEquals(kinds, NumberKinds.readFrom(in, bytes.length));
      assertEquals(bytes.length, in.getPosition());
    }
  }

  @Test
  void damagedKindsAreRefused() {
    byte[][] damaged = {
      {0, 1}, {-1, -1, -1, -1, 15, 1}, {4, -1, -1, -1, -1, 15}, {4, 3, 5, 1}, {100, 0, 1}, {4, 5, 1}
    };
    for (byte[] bytes : damaged) {
      assertThrows(
          IOException.class,
          () -> NumberKinds.readFrom(new ByteArrayDataInput(bytes), bytes.length),
          Arrays.toString(bytes));
    }
    VectorSpelling spelling = VectorSpellings.mixed(3, 1);
    IOException e = assertThrows(IOException.class, () -> spelling.ofNumbers(new float[] {1, 2}));
    assertTrue(e.getMessage().contains("expected a vector of 3 numbers, found 2"), e.getMessage());
    byte[] formOfVersion1 = {1, 0, 1, 1, 'v', 1, 0, 0, 7, 1, '{', '}'};
    e =
        assertThrows(
            IOException.class, () -> StrippedSource.restore(formOfVersion1, (f, b, s) -> "[1]"));
    assertTrue(e.getMessage().contains("in a stripped source of version 0"), e.getMessage());
  }

  @Test
  void codesAreWrittenAsTheyWere() {
    byte[] codes = {-128, 0, 127};
    assertEquals("{\"int8\":[-128,0,127]}", VectorForm.INT8_CODES.ofCodes(codes));
    assertEquals("{\"binary\":[-128,0,127]}", VectorForm.BINARY_BYTES.ofCodes(codes));
    assertEquals("{\"binary\":\"80007f\"}", VectorForm.BINARY_HEX.ofCodes(codes));
    assertEquals("{\"binary\":\"gAB/\"}", VectorForm.BINARY_BASE64.ofCodes(codes));
    assertThrows(IllegalStateException.class, () -> VectorForm.NUMBERS.ofCodes(codes));
    assertThrows(IllegalStateException.class, () -> VectorForm.INT8_CODES.ofNumbers(new float[1]));
  }
}
