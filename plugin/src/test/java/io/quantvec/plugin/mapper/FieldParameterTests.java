/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import static org.hamcrest.Matchers.containsString;

import java.io.IOException;
import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.ParsedDocument;

/** Parameters that fields of other types have, too: taken as those take them, or refused. */
public class FieldParameterTests extends VectorMappingTestCase {

  private static final String GOOD = "[1, 2, 3, 4, 5, 6, 7, 8]";
  private static final List<String> BAD =
      List.of("[1, 2]", "\"text\"", "7", "{\"x\": 1}", "[[1, 2, 3, 4, 5, 6, 7, 8]]", "[]");

  private boolean indexOfMalformed;

  @Override
  protected Settings getIndexSettings() {
    return Settings.builder()
        .put(super.getIndexSettings())
        .put("index.mapping.ignore_malformed", indexOfMalformed)
        .build();
  }

  private void assertIgnored(MapperService service) {
    for (String bad : BAD) {
      ParsedDocument doc = index(service, bad);
      assertNull(bad, doc.rootDoc().getField("field"));
      assertNotNull(bad, doc.rootDoc().getField("after"));
      assertEquals(bad, "field", doc.rootDoc().getField("_ignored").stringValue());
    }
    assertEquals(DIMENSION, indexed(service, GOOD).length);
  }

  private void assertNotIgnored(MapperService service) {
    for (String bad : BAD) {
      assertDocumentRefused(service, bad, "8 numbers");
    }
  }

  public void testIgnoreMalformedOfTheField() throws IOException {
    assertNotIgnored(map(""));
    assertIgnored(map("'ignore_malformed': true"));
    assertNotIgnored(map("'ignore_malformed': false"));
    indexOfMalformed = true;
    assertIgnored(map(""));
    assertIgnored(map("'ignore_malformed': true"));
    assertNotIgnored(map("'ignore_malformed': false"));
  }

  public void testIgnoreMalformedCanBeChanged() throws IOException {
    MapperService service = map("");
    assertNull(written(service, false).get("ignore_malformed"));
    assertReadBackAlike(service);
    update(service, "'ignore_malformed': true");
    assertEquals(true, written(service, false).get("ignore_malformed"));
    assertReadBackAlike(service);
    assertIgnored(service);
    update(service, "'meta': {'unit': 'none'}");
    assertIgnored(service);
    update(service, "'ignore_malformed': false");
    assertEquals(false, written(service, false).get("ignore_malformed"));
    assertReadBackAlike(service);
    assertNotIgnored(service);
  }

  public void testIgnoreMalformedIsTrueOrFalse() {
    assertRefused(
        "'ignore_malformed': 'maybe'", "[ignore_malformed] must be true or false", "maybe");
  }

  /** Neither a bad value nor a good one, but a mapping that cannot work. */
  public void testCopiesAreNotIgnored() throws IOException {
    MapperService service =
        createMapperService(
            "_doc",
            ("{'properties': {'n': {'type': 'float', 'copy_to': 'field'}, 'field': {'type':"
                    + " 'quantized_vector', 'dimension': 8, 'ignore_malformed': true}}}")
                .replace('\'', '"'));
    MapperParsingException e =
        expectThrows(
            MapperParsingException.class,
            () -> service.documentMapper().parse(source("{\"n\": 1}")));
    assertThat(e.getMessage(), containsString("field [field] of type [quantized_vector]"));
    assertThat(e.getMessage(), containsString("[copy_to]"));
    assertThat(e.getMessage(), containsString("[script]"));
  }

  public void testRefusedParametersSayWhatToDo() {
    assertRefused("'fields': {'raw': {'type': 'keyword'}}", "takes no [fields]", "second field");
    assertRefused("'copy_to': 'other'", "takes no [copy_to]", "[script]");
    assertRefused("'index': false", "takes no [index]", "[method: flat]");
    assertRefused("'store': true", "takes no [store]", "[docvalue_fields]");
    assertRefused("'doc_values': true", "takes no [doc_values]", "[docvalue_fields]");
    assertRefused("'null_value': " + GOOD, "takes no [null_value]", "[exists]");
  }

  public void testNullIsNoVector() throws IOException {
    ParsedDocument doc = index(map(""), "null");
    assertNull(doc.rootDoc().getField("field"));
    assertNull(doc.rootDoc().getField("_ignored"));
    assertNotNull(doc.rootDoc().getField("after"));
  }
}
