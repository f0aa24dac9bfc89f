/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import io.quantvec.plugin.source.StrippedSource;
import java.io.IOException;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.StoredFieldDataInput;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.util.IOSupplier;
import org.apache.lucene.util.IOUtils;
import org.opensearch.index.mapper.SourceFieldMapper;

/** Restores the vectors in the sources that it reads, unless a merge asks for stored sources. */
final class DerivedStoredFieldsReader extends StoredFieldsReader {

  /**
   * Set while the thread merges stored fields. Readers in a merge may be wrapped by the platform,
   * so that not all of them can be unwrapped.
   */
  private static final ThreadLocal<Boolean> AS_STORED = new ThreadLocal<>();

  private final StoredFieldsReader stored;
  private final SegmentVectors vectors;

  /** Clones and merge instances share the vectors' files with the reader that opened them. */
  private final boolean ownsVectors;

  DerivedStoredFieldsReader(StoredFieldsReader stored, SegmentVectors vectors) {
    this(stored, vectors, true);
  }

  private DerivedStoredFieldsReader(
      StoredFieldsReader stored, SegmentVectors vectors, boolean ownsVectors) {
    this.stored = stored;
    this.vectors = vectors;
    this.ownsVectors = ownsVectors;
  }

  /** The platform's reader, or the given one if it is not one of these. */
  static StoredFieldsReader unwrap(StoredFieldsReader reader) {
    return reader instanceof DerivedStoredFieldsReader derived ? derived.stored : reader;
  }

  /** Runs the action, during which all readers return sources as stored. */
  static <T> T asStored(IOSupplier<T> action) throws IOException {
    AS_STORED.set(true);
    try {
      return action.get();
    } finally {
      AS_STORED.remove();
    }
  }

  @Override
  public void document(int document, StoredFieldVisitor visitor) throws IOException {
    stored.document(
        document, AS_STORED.get() == null ? new RestoringVisitor(visitor, document) : visitor);
  }

  @Override
  public void prefetch(int document) throws IOException {
    stored.prefetch(document);
  }

  @Override
  public StoredFieldsReader clone() {
    return new DerivedStoredFieldsReader(stored.clone(), vectors, false);
  }

  /** Called for merges and for sequential reads of many documents. */
  @Override
  public StoredFieldsReader getMergeInstance() {
    return new DerivedStoredFieldsReader(stored.getMergeInstance(), vectors, false);
  }

  @Override
  public void checkIntegrity() throws IOException {
    stored.checkIntegrity();
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(stored, ownsVectors ? vectors : null);
  }

  private final class RestoringVisitor extends StoredFieldVisitor {

    private final StoredFieldVisitor visitor;
    private final int document;

    RestoringVisitor(StoredFieldVisitor visitor, int document) {
      this.visitor = visitor;
      this.document = document;
    }

    @Override
    public Status needsField(FieldInfo field) throws IOException {
      return visitor.needsField(field);
    }

    @Override
    public void binaryField(FieldInfo field, StoredFieldDataInput value) throws IOException {
      if (field.name.equals(SourceFieldMapper.NAME)) {
        // Read into an array, which comes back to the other method.
        super.binaryField(field, value);
      } else {
        visitor.binaryField(field, value);
      }
    }

    @Override
    public void binaryField(FieldInfo field, byte[] value) throws IOException {
      boolean stripped =
          field.name.equals(SourceFieldMapper.NAME) && StrippedSource.isStripped(value);
      visitor.binaryField(field, stripped ? restore(value) : value);
    }

    /**
     * Fails rather than returning a document without its vectors, which an update would then lose.
     */
    private byte[] restore(byte[] value) throws IOException {
      try {
        return StrippedSource.restore(
            value,
            (name, documentsBefore, spelling) ->
                vectors.text(name, document - documentsBefore, spelling));
      } catch (IOException | RuntimeException e) {
        throw new IOException(
            "cannot put the vectors back into the source of document "
                + document
                + " of segment ["
                + vectors.segmentName()
                + "]: "
                + e.getMessage(),
            e);
      }
    }

    @Override
    public void stringField(FieldInfo field, String value) throws IOException {
      visitor.stringField(field, value);
    }

    @Override
    public void intField(FieldInfo field, int value) throws IOException {
      visitor.intField(field, value);
    }

    @Override
    public void longField(FieldInfo field, long value) throws IOException {
      visitor.longField(field, value);
    }

    @Override
    public void floatField(FieldInfo field, float value) throws IOException {
      visitor.floatField(field, value);
    }

    @Override
    public void doubleField(FieldInfo field, double value) throws IOException {
      visitor.doubleField(field, value);
    }
  }
}
