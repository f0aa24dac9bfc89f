/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.codecs.StoredFieldsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.StoredFieldDataInput;
import org.apache.lucene.util.Accountable;
import org.apache.lucene.util.BytesRef;

/**
 * Writes stored fields unchanged, because the sources were stripped before. A merge copies them
 * without their vectors and, if possible, as compressed blocks.
 */
final class DerivedStoredFieldsWriter extends StoredFieldsWriter {

  private final StoredFieldsWriter writer;

  DerivedStoredFieldsWriter(StoredFieldsWriter writer) {
    this.writer = writer;
  }

  @Override
  public int merge(MergeState mergeState) throws IOException {
    for (int i = 0; i < mergeState.storedFieldsReaders.length; i++) {
      mergeState.storedFieldsReaders[i] =
          DerivedStoredFieldsReader.unwrap(mergeState.storedFieldsReaders[i]);
    }
    return DerivedStoredFieldsReader.asStored(() -> writer.merge(mergeState));
  }

  @Override
  public void startDocument() throws IOException {
    writer.startDocument();
  }

  @Override
  public void finishDocument() throws IOException {
    writer.finishDocument();
  }

  @Override
  public void writeField(FieldInfo info, int value) throws IOException {
    writer.writeField(info, value);
  }

  @Override
  public void writeField(FieldInfo info, long value) throws IOException {
    writer.writeField(info, value);
  }

  @Override
  public void writeField(FieldInfo info, float value) throws IOException {
    writer.writeField(info, value);
  }

  @Override
  public void writeField(FieldInfo info, double value) throws IOException {
    writer.writeField(info, value);
  }

  @Override
  public void writeField(FieldInfo info, StoredFieldDataInput value) throws IOException {
    writer.writeField(info, value);
  }

  @Override
  public void writeField(FieldInfo info, BytesRef value) throws IOException {
    writer.writeField(info, value);
  }

  @Override
  public void writeField(FieldInfo info, String value) throws IOException {
    writer.writeField(info, value);
  }

  @Override
  public void finish(int numDocs) throws IOException {
    writer.finish(numDocs);
  }

  @Override
  public long ramBytesUsed() {
    return writer.ramBytesUsed();
  }

  @Override
  public Collection<Accountable> getChildResources() {
    return List.of(writer);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
