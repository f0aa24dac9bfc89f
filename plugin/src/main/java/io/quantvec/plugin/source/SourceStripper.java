/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.mapper.ParseContext;
import org.opensearch.index.mapper.ParsedDocument;
import org.opensearch.index.mapper.SourceFieldMapper;
import org.opensearch.index.shard.IndexingOperationListener;

/**
 * Removes the text of vectors from the source before Lucene stores it. The translog and the
 * replicas still get the document as it was sent.
 *
 * <p>Only text that certainly is a vector is removed. Documents in other formats than JSON, and
 * documents of which the mapping stores only a part, keep their vectors as text.
 */
public final class SourceStripper implements IndexingOperationListener {

  /** The one that the index module takes. */
  public SourceStripper() {}

  @Override
  public Engine.Index preIndex(ShardId shardId, Engine.Index operation) {
    try {
      strip(operation.parsedDoc());
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return operation;
  }

  private static void strip(ParsedDocument document) throws IOException {
    List<Place> places = places(document.docs());
    if (places.isEmpty() || document.getMediaType() != XContentType.JSON) {
      return;
    }
    ParseContext.Document root = document.rootDoc();
    BytesRef stored = root.getBinaryValue(SourceFieldMapper.NAME);
    // Where the parser was is known of the document as it was sent, and of no part of it.
    if (stored == null || !stored.bytesEquals(document.source().toBytesRef())) {
      return;
    }
    SourceText text = new SourceText(stored);
    List<StrippedSource.Vector> vectors = new ArrayList<>();
    int end = 0;
    for (Place place : places) {
      StrippedSource.Vector vector =
          text.find(
              place.field.name(),
              place.documentsBefore,
              place.field.text(),
              place.field.vectorValue());
      // A nested object may be part of its parent's document as well.
      if (vector != null && vector.start() >= end) {
        vectors.add(vector);
        end = vector.end();
      }
    }
    if (!vectors.isEmpty()) {
      StoredField stripped =
          new StoredField(SourceFieldMapper.NAME, StrippedSource.strip(stored, vectors));
      List<IndexableField> fields = root.getFields();
      fields.replaceAll(field -> field.name().equals(SourceFieldMapper.NAME) ? stripped : field);
    }
  }

  /** A vector of one of the documents that are indexed together. */
  private record Place(DerivedVectorField field, int documentsBefore) {}

  /** In the order of the text. */
  private static List<Place> places(List<ParseContext.Document> documents) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      for (IndexableField field : documents.get(i)) {
        if (field instanceof DerivedVectorField vector) {
          places.add(new Place(vector, documents.size() - 1 - i));
        }
      }
    }
    places.sort(
        Comparator.<Place>comparingInt(place -> place.field.text().first().lineNumber)
            .thenComparingInt(place -> place.field.text().first().columnNumber));
    return places;
  }
}
