/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import java.io.IOException;
import org.apache.lucene.codecs.lucene90.IndexedDISI;
import org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.LongValues;

/**
 * Maps a field's ordinals to documents, in the format of {@link OrdToDocDISIReaderConfiguration}.
 * The metadata are checked when they are read. The data are checked completely on first use,
 * because {@link KnnVectorValues#ordToDoc} cannot report corruption.
 */
public final class DocumentMap {

  /** Offset that Lucene writes if no document has a vector. */
  private static final long EMPTY = -2;

  /** Offset that Lucene writes if every document has a vector. */
  private static final long DENSE = -1;

  /** Bytes per entry of Lucene's jump table. */
  private static final int JUMP_BYTES = 2 * Integer.BYTES;

  private final OrdToDocDISIReaderConfiguration stored;
  private final String field;
  private final int count;
  private final int maxDoc;
  private final long docsOffset;
  private final long docsLength;

  /** Null unless some but not all documents have a vector. */
  private final MonotonicPart ords;

  private volatile boolean checked;

  private DocumentMap(
      OrdToDocDISIReaderConfiguration stored,
      String field,
      int count,
      int maxDoc,
      long docsOffset,
      long docsLength,
      MonotonicPart ords) {
    this.stored = stored;
    this.field = field;
    this.count = count;
    this.maxDoc = maxDoc;
    this.docsOffset = docsOffset;
    this.docsLength = docsLength;
    this.ords = ords;
    this.checked = ords == null;
  }

  /**
   * Reads a map's metadata.
   *
   * @param count number of vectors
   * @param maxDoc number of documents in the segment
   * @throws CorruptIndexException if the metadata do not match both numbers
   */
  public static DocumentMap read(IndexInput meta, String field, int count, int maxDoc)
      throws IOException {
    if (count < 0 || count > maxDoc) {
      throw new CorruptIndexException(
          "field \"" + field + "\": expected 0 to " + maxDoc + " vectors, found " + count, meta);
    }
    long start = meta.getFilePointer();
    long offset = meta.readLong();
    long length = meta.readLong();
    int jumps = meta.readShort();
    int rankPower = meta.readByte();
    long kind = count == 0 ? EMPTY : count == maxDoc ? DENSE : 0;
    MonotonicPart ords = null;
    boolean fits;
    if (kind == 0) {
      fits =
          offset >= 0
              && jumps >= 0
              && length >= (long) jumps * JUMP_BYTES
              && rankPower == IndexedDISI.DEFAULT_DENSE_RANK_POWER;
      if (fits) {
        ords = MonotonicPart.read(meta, count);
      }
    } else {
      fits = offset == kind && length == 0;
    }
    if (!fits) {
      throw new CorruptIndexException(
          "field \""
              + field
              + "\": expected a map of "
              + count
              + " vectors to "
              + maxDoc
              + " documents, found "
              + length
              + " bytes at "
              + offset
              + " with "
              + jumps
              + " jump entries and a rank power of "
              + rankPower,
          meta);
    }
    meta.seek(start);
    return new DocumentMap(
        OrdToDocDISIReaderConfiguration.fromStoredMeta(meta, count),
        field,
        count,
        maxDoc,
        offset,
        length,
        ords);
  }

  /** Adds the map's bytes to the parts of the file that contains it. */
  public void addTo(FileBody body) throws CorruptIndexException {
    if (ords != null) {
      body.add("documents of field \"" + field + "\"", docsOffset, docsLength, 1);
      body.add("ordinals of field \"" + field + "\"", ords.offset(), ords.length(), 1);
    }
  }

  /**
   * The document of each ordinal; null unless some but not all documents have a vector.
   *
   * @param file the file that contains the map
   */
  public LongValues documents(IndexInput file) throws IOException {
    return ords == null ? null : stored.getDirectMonotonicReader(file);
  }

  /**
   * Iterates over the documents if some but not all documents have a vector. The iterator reports
   * corruption if documents do not increase or if a document or an ordinal is out of bounds.
   *
   * @param file the file that contains the map
   */
  public DocIndexIterator iterator(IndexInput file) throws IOException {
    return new CheckedIterator(stored.getIndexedDISI(file), file);
  }

  /**
   * Checks the complete map on the first call.
   *
   * @param values the vector values that read the map
   * @param file name of the file that contains the map
   * @throws CorruptIndexException if ordinals and documents do not match
   */
  public void check(KnnVectorValues values, Object file) throws IOException {
    if (checked) {
      return;
    }
    try {
      DocIndexIterator docs = values.iterator();
      int ord = 0;
      int last = -1;
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        if (ord >= count
            || docs.index() != ord
            || values.ordToDoc(ord) != doc
            || doc <= last
            || doc >= maxDoc) {
          throw damage(file, "vector " + ord + " to belong to a later document", "document " + doc);
        }
        last = doc;
        ord++;
      }
      if (ord != count) {
        throw damage(file, count + " documents with a vector", Integer.toString(ord));
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      throw Corruption.of(e, "documents of field \"" + field + "\"", file);
    }
    checked = true;
  }

  private CorruptIndexException damage(Object file, String expected, String found) {
    return new CorruptIndexException(
        "field \"" + field + "\": expected " + expected + ", found " + found, String.valueOf(file));
  }

  private final class CheckedIterator extends DocIndexIterator {

    private final IndexedDISI docs;
    private final IndexInput file;
    private int doc = -1;

    CheckedIterator(IndexedDISI docs, IndexInput file) {
      this.docs = docs;
      this.file = file;
    }

    @Override
    public int docID() {
      return doc;
    }

    @Override
    public int index() {
      return docs.index();
    }

    @Override
    public int nextDoc() throws IOException {
      return advance(doc + 1);
    }

    @Override
    public int advance(int target) throws IOException {
      int found;
      try {
        found = docs.advance(target);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw Corruption.of(e, "documents of field \"" + field + "\"", file);
      }
      if (found != NO_MORE_DOCS
          && (found < target || found >= maxDoc || docs.index() < 0 || docs.index() >= count)) {
        throw damage(
            file,
            "a document from "
                + target
                + " to "
                + (maxDoc - 1)
                + " and one of "
                + count
                + " vectors",
            "document " + found + " and vector " + docs.index());
      }
      doc = found;
      return found;
    }

    @Override
    public long cost() {
      return docs.cost();
    }
  }
}
