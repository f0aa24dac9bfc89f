/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeDecoder;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CorrectionTerms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.ParsedDocument;

/** What documents give, and the floats that come of it. */
public class InputVectorsTests extends VectorMappingTestCase {

  private static final String BITS = "'input': {'type': 'binary'}, 'space_type': '";

  /** Every code, at every place, of scales that floats hold and of such that they do not. */
  public void testInt8ValuesAreTheCodecsOwn() throws IOException {
    for (double scale : new double[] {1, 0.1, 1 / 127.0, 3e-7, 1e14, randomDouble() + 1e-3}) {
      int zeroPoint = randomFrom(0, -128, 127, randomIntBetween(-128, 127));
      MapperService service =
          map("'input': {'type': 'int8', 'scale': " + scale + ", 'zero_point': " + zeroPoint + "}");
      Calibration calibration = FixedCalibrations.int8Input(DIMENSION, (float) scale, zeroPoint);
      CodeLayout layout = new CodeLayout(CodeLayout.Kind.BYTES, DIMENSION, CorrectionTerms.FLOATS);
      for (int first = -128; first < 128; first += DIMENSION) {
        byte[] record = new byte[layout.recordLength()];
        for (int d = 0; d < DIMENSION; d++) {
          record[d] = (byte) (first + d);
        }
        float[] vector =
            indexed(
                service, "{\"int8\": " + Arrays.toString(Arrays.copyOf(record, DIMENSION)) + "}");
        assertCodes(layout, calibration, record, vector);
      }
    }
  }

  private static void assertCodes(
      CodeLayout layout, Calibration calibration, byte[] record, float[] vector) {
    CalibratedSpace space = new CalibratedSpace(layout, calibration);
    float[] decoded = new float[vector.length];
    new CodeDecoder(space).decode(record, decoded);
    assertArrayEquals(decoded, vector, 0);
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      byte[] encoded = new byte[record.length];
      space.newEncoder(similarity).encode(vector, encoded);
      assertArrayEquals(
          Arrays.copyOf(record, layout.codeLength()), Arrays.copyOf(encoded, layout.codeLength()));
    }
  }

  public void testBinaryValuesAreTheCodecsOwn() throws IOException {
    CodeLayout layout = new CodeLayout(CodeLayout.Kind.BITS, DIMENSION, CorrectionTerms.FLOATS);
    for (int packed = 0; packed < 256; packed++) {
      byte[] record = new byte[layout.recordLength()];
      // The codec has the lowest bit first.
      record[0] = (byte) (Integer.reverse(packed) >>> 24);
      String document = "{\"binary\": [" + (byte) packed + "]}";
      assertCodes(
          layout,
          FixedCalibrations.binaryInput(DIMENSION, 0, 1),
          record,
          indexed(map(BITS + "hamming'"), document));
      assertCodes(
          layout,
          FixedCalibrations.binaryInput(DIMENSION, -1, 1),
          record,
          indexed(map(BITS + "innerproduct'"), document));
    }
  }

  public void testEveryFormOfBits() throws IOException {
    // numpy.packbits([1, 0, 1, 0, 0, 0, 0, 1]) is [161].
    float[] expected = {1, 0, 1, 0, 0, 0, 0, 1};
    MapperService service = map(BITS + "hamming'");
    for (String form : List.of("[-95]", "\"a1\"", "\"A1\"", "\"oQ==\"")) {
      assertArrayEquals(form, expected, indexed(service, "{\"binary\": " + form + "}"), 0);
    }
    for (int i = 0; i < expected.length; i++) {
      expected[i] = 2 * expected[i] - 1;
    }
    for (String spaceType : List.of("l2", "innerproduct", "cosinesimil")) {
      assertArrayEquals(expected, indexed(map(BITS + spaceType + "'"), "{\"binary\": \"a1\"}"), 0);
    }
  }

  public void testFormsOfEveryLengthAgree() throws IOException {
    for (int bytes = 1; bytes <= 40; bytes++) {
      MapperService service =
          createMapperService(
              "_doc",
              "{\"properties\": {\"field\": {\"type\": \"quantized_vector\", \"input\": {\"type\":"
                  + " \"binary\"}, \"dimension\": "
                  + 8 * bytes
                  + "}}}");
      byte[] packed = new byte[bytes];
      random().nextBytes(packed);
      float[] expected = indexed(service, "{\"binary\": " + Arrays.toString(packed) + "}");
      String base64 = Base64.getEncoder().encodeToString(packed);
      String hex = HexFormat.of().formatHex(packed);
      for (String text : List.of(base64, hex)) {
        assertArrayEquals(text, expected, indexed(service, "{\"binary\": \"" + text + "\"}"), 0);
      }
      for (String bad :
          List.of(
              hex.substring(1), hex + "0", base64.substring(1), base64 + "A", base64 + "AAAA")) {
        assertDocumentRefused(
            service, "{\"binary\": \"" + bad + "\"}", "got a string of " + bad.length());
      }
    }
  }

  public void testBadInt8IsNamed() throws IOException {
    MapperService service = map("'input': {'type': 'int8'}");
    String expected = "expects an object whose [int8] is an array of 8 whole numbers from -128";
    assertDocumentRefused(service, "{\"int8\": [1, 2]}", expected, "got 2 codes as [int8]");
    assertDocumentRefused(service, "{\"int8\": []}", expected, "got 0 codes as [int8]");
    assertDocumentRefused(
        service, "{\"int8\": [1,2,3,4,5,6,7,8,9]}", expected, "got 9 codes as [int8]");
    for (String bad : List.of("128", "-129", "1.5", "1e400", "99999999999999999999")) {
      assertDocumentRefused(
          service,
          "{\"int8\": [1, 2, 3, " + bad + ", 5, 6, 7, 8]}",
          expected,
          "got the number [" + bad + "] at index [3] of [int8]");
    }
    assertDocumentRefused(
        service, "{\"int8\": [1, \"2\"]}", expected, "got the string [2] at index [1] of [int8]");
    assertDocumentRefused(service, "{\"int8\": [null]}", "got null at index [0] of [int8]");
    assertDocumentRefused(service, "{\"int8\": [[1]]}", "got an array at index [0] of [int8]");
    assertDocumentRefused(service, "{\"int8\": \"AAAA\"}", "got the string [AAAA] as [int8]");
    assertDocumentRefused(service, "{\"int8\": null}", "got null as [int8]");
    assertDocumentRefused(service, "{\"int8\": {\"a\": [1]}}", "got an object as [int8]");
    assertDocumentRefused(service, "[1,2,3,4,5,6,7,8]", expected, "got 8 numbers");
    assertDocumentRefused(service, "{\"binary\": \"ff\"}", "got a string of 2 characters as [bin");
    assertDocumentRefused(service, "{\"binary\": [1]}", "got 1 bytes as [binary]");
    assertDocumentRefused(service, "{}", "got an empty object");
    assertDocumentRefused(service, "{\"uint8\": [{}], \"x\": 1}", "got an object with [uint8]");
    assertDocumentRefused(
        service, "{\"int8\": [1,2,3,4,5,6,7,8], \"binary\": [1]}", "with [int8] and [binary]");
    assertDocumentRefused(service, "7", expected, "got the number [7]");
  }

  public void testBadBitsAreNamed() throws IOException {
    MapperService service =
        createMapperService(
            "_doc",
            "{\"properties\": {\"field\": {\"type\": \"quantized_vector\", \"input\": {\"type\":"
                + " \"binary\"}, \"dimension\": 24}}}");
    String expected =
        "expects an object whose [binary] is a string of 6 hexadecimal digits or of base64 of 3"
            + " bytes, or an array of 3 whole numbers from -128 to 127, got ";
    assertDocumentRefused(service, "{\"binary\": [1, 2]}", expected + "2 bytes as [binary]");
    assertDocumentRefused(service, "{\"binary\": [1, 255, 3]}", "the number [255] at index [1]");
    assertDocumentRefused(
        service,
        "{\"binary\": \"00ff0\"}",
        expected + "a string of 5 characters as [binary], which are no base64: [00ff0]");
    assertDocumentRefused(
        service,
        "{\"binary\": \"00gg00\"}",
        expected + "a string of 6 characters as [binary], which are no hexadecimal digits: [00gg");
    assertDocumentRefused(
        service,
        "{\"binary\": \"AAA=\"}",
        expected + "a string of 4 characters as [binary], which is base64 of 2 bytes");
    assertDocumentRefused(service, "{\"binary\": \"\"}", "a string of 0 characters as [binary]");
    assertDocumentRefused(service, "{\"binary\": 7}", expected + "the number [7] as [binary]");
    assertDocumentRefused(service, "\"ffffff\"", expected + "the string [ffffff]");
    assertDocumentRefused(service, "{\"int8\": [1, 2, 3]}", expected + "3 codes as [int8]");
    assertDocumentRefused(service, "[1, 2, 3]", expected + "3 numbers");
  }

  public void testFloatFieldsTakeNoCodes() throws IOException {
    MapperService service = map("");
    String expected = "expects an array of 8 numbers, got ";
    assertDocumentRefused(service, "{\"int8\": [1,2,3,4,5,6,7,8]}", expected + "8 codes as [int8]");
    assertDocumentRefused(service, "{\"binary\": [1]}", expected + "1 bytes as [binary]");
  }

  public void testZerosUnderCosineAreRefused() throws IOException {
    MapperService service =
        map(
            "'input': {'type': 'int8', 'scale': 0.3, 'zero_point': 7}, 'space_type':"
                + " 'cosinesimil'");
    assertDocumentRefused(service, "{\"int8\": [7,7,7,7,7,7,7,7]}", "zero vector", "cosinesimil");
    assertNotNull(indexed(service, "{\"int8\": [7,7,7,7,7,7,7,8]}"));
  }

  public void testNullIsNoValue() throws IOException {
    for (String input : List.of("int8", "binary")) {
      assertNull(
          index(map("'input': {'type': '" + input + "'}"), "null").rootDoc().getField("field"));
    }
  }

  public void testIgnoreMalformedKeepsTheDocument() throws IOException {
    Settings lenient =
        Settings.builder()
            .put(getIndexSettings())
            .put("index.mapping.ignore_malformed", true)
            .build();
    MapperService service =
        createMapperService(
            lenient,
            fieldMapping(
                b ->
                    b.field("type", "quantized_vector")
                        .field("dimension", 8)
                        .startObject("input")
                        .field("type", "binary")
                        .endObject()));
    for (String bad :
        List.of(
            "{\"binary\": [1, {\"x\": [1]}]}",
            "{\"binary\": {\"x\": [1]}}",
            "{\"int8\": [1], \"x\": [[{}]]}",
            "{\"binary\": \"zz\"}",
            "[1]")) {
      ParsedDocument doc = index(service, bad);
      assertNull(doc.rootDoc().getField("field"));
      assertNotNull(doc.rootDoc().getField("after"));
      assertEquals("field", doc.rootDoc().getField("_ignored").stringValue());
    }
  }

  private static String base64(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return "\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"";
  }

  public void testFloatsInBase64() throws IOException {
    MapperService service = map("");
    float[] vector = {1, -2.5f, 3e-38f, 0, 5, 6, 7, 1e15f};
    assertArrayEquals(vector, indexed(service, base64(vector)), 0);
    String expected = "expects an array of 8 numbers, got ";
    assertDocumentRefused(service, base64(1, 2), expected + "2 numbers");
    assertDocumentRefused(service, base64(), expected + "the string []");
    assertDocumentRefused(service, "\"AAAAAAA=\"", expected + "the string [AAAAAAA=]");
    assertDocumentRefused(
        service,
        base64(1, 2, 3, 4, 5, 6, Float.NaN, 8),
        "[NaN], which is no finite 32 bit float, at index [6]");
    assertDocumentRefused(service, base64(new float[16_001]), "more than 16000 numbers");
    assertDocumentRefused(map("'input': {'type': 'int8'}"), base64(vector), "got the string [");
  }
}
