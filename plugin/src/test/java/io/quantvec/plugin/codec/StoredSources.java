/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.util.Bits;

/** Documents' sources as they stand on disk. */
public final class StoredSources {

  private StoredSources() {}

  /** Those of all live documents that have one, in the order of the index. */
  public static List<byte[]> of(IndexReader reader) throws IOException {
    List<byte[]> sources = new ArrayList<>();
    StoredFieldVisitor visitor =
        new StoredFieldVisitor() {
          @Override
          public Status needsField(FieldInfo field) {
            return field.name.equals("_source") ? Status.YES : Status.NO;
          }

          @Override
          public void binaryField(FieldInfo field, byte[] value) {
            sources.add(value);
          }
        };
    for (LeafReaderContext leaf : reader.leaves()) {
      Bits live = leaf.reader().getLiveDocs();
      for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
        if (live == null || live.get(doc)) {
          int document = doc;
          DerivedStoredFieldsReader.asStored(
              () -> {
                leaf.reader().storedFields().document(document, visitor);
                return null;
              });
        }
      }
    }
    return sources;
  }
}
