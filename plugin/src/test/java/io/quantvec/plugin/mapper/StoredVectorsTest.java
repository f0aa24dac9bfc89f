/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

/** Goes through a segment in which few documents have a vector. */
class StoredVectorsTest {

  private static final int DOCUMENTS = 40;
  private static final int EVERY = 7;

  /** Counts how often values are opened, which takes room for a vector. */
  private static final class CountingReader extends FilterLeafReader {

    private int opened;

    CountingReader(LeafReader in) {
      super(in);
    }

    @Override
    public FloatVectorValues getFloatVectorValues(String field) throws IOException {
      opened++;
      return super.getFloatVectorValues(field);
    }

    @Override
    public CacheHelper getCoreCacheHelper() {
      return in.getCoreCacheHelper();
    }

    @Override
    public CacheHelper getReaderCacheHelper() {
      return in.getReaderCacheHelper();
    }
  }

  private static boolean hasVector(int document) {
    return document % EVERY == 1;
  }

  private static void write(Directory directory) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      for (int i = 0; i < DOCUMENTS; i++) {
        Document document = new Document();
        if (hasVector(i)) {
          document.add(new KnnFloatVectorField("v", new float[] {i, 1}));
        }
        writer.addDocument(document);
      }
    }
  }

  private static void assertAt(StoredVectors vectors, int document) throws IOException {
    assertEquals(hasVector(document), vectors.advance(document));
    if (hasVector(document)) {
      assertEquals(document, vectors.vector()[0]);
    }
  }

  @Test
  void opensValuesOnceForAscendingDocuments() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      write(directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        CountingReader leaf = new CountingReader(reader.leaves().get(0).reader());
        StoredVectors vectors = new StoredVectors(leaf, "v");
        for (int document = 0; document < DOCUMENTS; document++) {
          assertAt(vectors, document);
          assertAt(vectors, document);
        }
        assertEquals(1, leaf.opened);
        for (int document = DOCUMENTS - 1; document >= 0; document--) {
          assertAt(vectors, document);
        }
      }
    }
  }
}
