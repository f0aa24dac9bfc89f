/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.StoredFiles;
import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.LongValues;
import org.junit.jupiter.api.Test;

/** Undamaged and damaged maps with every kind of block that Lucene writes. */
class DocumentMapTest {

  private static final int CHANGES = Boolean.getBoolean("tests.full.matrix") ? 2_000 : 100;

  /** Four complete blocks of 2^16 documents and a partial one. */
  private static final int MAX_DOC = (4 << 16) + 1_000;

  /**
   * All documents of the first block, most of the second block and few of the others have vectors.
   */
  private static DocsWithFieldSet documents(SplittableRandom random) {
    DocsWithFieldSet docs = new DocsWithFieldSet();
    for (int doc = 0; doc < MAX_DOC; doc++) {
      int share =
          switch (doc >>> 16) {
            case 0 -> 1;
            case 1 -> 2;
            case 2 -> MAX_DOC;
            default -> 100;
          };
      if (share == 1 || random.nextInt(share) == 0) {
        docs.add(doc);
      }
    }
    return docs;
  }

  private static KnnVectorValues values(DocumentMap map, IndexInput data, int count)
      throws IOException {
    LongValues documents = map.documents(data);
    return new FloatVectorValues() {
      @Override
      public float[] vectorValue(int ord) {
        throw new AssertionError();
      }

      @Override
      public FloatVectorValues copy() {
        throw new AssertionError();
      }

      @Override
      public int dimension() {
        return 1;
      }

      @Override
      public int size() {
        return count;
      }

      @Override
      public int ordToDoc(int ord) {
        return (int) documents.get(ord);
      }

      @Override
      public DocIndexIterator iterator() {
        try {
          return map.iterator(data);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  /** Reads every document in order, then some of them by advancing. */
  private static int read(Directory directory, int count, SplittableRandom random)
      throws IOException {
    try (IndexInput meta = directory.openInput("meta", IOContext.DEFAULT);
        IndexInput data = directory.openInput("data", IOContext.DEFAULT)) {
      DocumentMap map = DocumentMap.read(meta, "v", count, MAX_DOC);
      KnnVectorValues values = values(map, data, count);
      int found = 0;
      for (int step : new int[] {1, 600, 1 << 16, 3 << 16}) {
        DocIndexIterator docs = map.iterator(data);
        int doc = docs.nextDoc();
        while (doc < MAX_DOC) {
          found++;
          assertTrue(docs.index() >= 0 && docs.index() < count);
          int target = doc + 1 + (step == 1 ? 0 : random.nextInt(step));
          int next = target >= MAX_DOC ? DocIdSetIterator.NO_MORE_DOCS : docs.advance(target);
          assertTrue(next >= target);
          doc = next;
        }
      }
      map.check(values, data);
      return found;
    }
  }

  @Test
  void isReadOrReportedAsCorrupt() throws IOException {
    run(14, CHANGES);
  }

  static void run(long seed, int changes) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    DocsWithFieldSet docs = documents(random);
    int count = docs.cardinality();
    try (Directory sound = new ByteBuffersDirectory()) {
      try (IndexOutput meta = sound.createOutput("meta", IOContext.DEFAULT);
          IndexOutput data = sound.createOutput("data", IOContext.DEFAULT)) {
        OrdToDocDISIReaderConfiguration.writeStoredMeta(16, meta, data, count, MAX_DOC, docs);
      }
      assertTrue(read(sound, count, random) > count);
      Map<String, byte[]> files = StoredFiles.read(sound);
      int noticed = 0;
      for (int i = 0; i < changes; i++) {
        byte[] file = files.get("data");
        byte[] changed = file.clone();
        // Jump entries and ranks, which only advancing reads, are at the end and between blocks.
        int from = random.nextBoolean() ? 0 : file.length - file.length / 8;
        for (int j = 0; j < 8; j++) {
          changed[from + random.nextInt(file.length - from)] = (byte) random.nextInt();
        }
        try (Directory damaged = new ByteBuffersDirectory()) {
          StoredFiles.write(Map.of("meta", files.get("meta"), "data", changed), damaged);
          try {
            read(damaged, count, random);
          } catch (CorruptIndexException e) {
            assertTrue(e.getMessage().contains("\"v\""), e::getMessage);
            noticed++;
          }
        }
      }
      assertTrue(noticed > changes * 9 / 10, noticed + " of " + changes);
    }
  }

  @Test
  void denseAndEmptyMapsStoreNoDocuments() throws IOException {
    for (int count : new int[] {0, 3}) {
      DocsWithFieldSet docs = new DocsWithFieldSet();
      for (int doc = 0; doc < count; doc++) {
        docs.add(doc);
      }
      try (Directory directory = new ByteBuffersDirectory()) {
        try (IndexOutput meta = directory.createOutput("meta", IOContext.DEFAULT);
            IndexOutput data = directory.createOutput("data", IOContext.DEFAULT)) {
          OrdToDocDISIReaderConfiguration.writeStoredMeta(16, meta, data, count, 3, docs);
        }
        try (IndexInput meta = directory.openInput("meta", IOContext.DEFAULT);
            IndexInput data = directory.openInput("data", IOContext.DEFAULT)) {
          DocumentMap map = DocumentMap.read(meta, "v", count, 3);
          assertNotNull(map);
          assertNull(map.documents(data));
          assertEquals(meta.length(), meta.getFilePointer());
        }
      }
    }
  }
}
