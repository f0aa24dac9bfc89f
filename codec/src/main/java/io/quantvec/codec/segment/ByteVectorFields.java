/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.file.Corruption;
import io.quantvec.codec.file.DocumentMap;
import io.quantvec.codec.file.FileBody;
import io.quantvec.codec.file.SegmentMetadata;
import io.quantvec.codec.records.FloatKernel;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsReader;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * A segment's fields of byte vectors, in Lucene's own flat files. Lucene's reader trusts its
 * metadata; this class checks them before.
 *
 * @param reader Lucene's reader
 * @param file the name of the file of vectors
 * @param fields the fields by name
 */
record ByteVectorFields(Lucene99FlatVectorsReader reader, String file, Map<String, Field> fields)
    implements Closeable {

  private static final String META_CODEC_NAME = "Lucene99FlatVectorsFormatMeta";
  private static final String DATA_CODEC_NAME = "Lucene99FlatVectorsFormatData";
  private static final String META_EXTENSION = "vemf";
  private static final String DATA_EXTENSION = "vec";

  /** The alignment that Lucene gives byte vectors. */
  private static final int ALIGNMENT = Float.BYTES;

  /**
   * A field.
   *
   * @param count number of vectors
   * @param documents how ordinals map to documents
   */
  record Field(int count, DocumentMap documents) {}

  static ByteVectorFields open(SegmentReadState state) throws IOException {
    String file =
        IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, DATA_EXTENSION);
    Map<String, Field> fields = readMetadata(state, file);
    return new ByteVectorFields(
        new Lucene99FlatVectorsReader(state, FloatKernel.SCORER), file, fields);
  }

  private static Map<String, Field> readMetadata(SegmentReadState state, String file)
      throws IOException {
    SegmentMetadata metadata =
        SegmentMetadata.read(
            state,
            META_EXTENSION,
            META_CODEC_NAME,
            Lucene99FlatVectorsFormat.VERSION_START,
            Lucene99FlatVectorsFormat.VERSION_CURRENT);
    String dataName =
        IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, DATA_EXTENSION);
    FileBody body =
        new FileBody(
            dataName,
            CodecUtil.indexHeaderLength(DATA_CODEC_NAME, state.segmentSuffix),
            state.directory.fileLength(dataName));
    IndexInput meta = metadata.body();
    Map<String, Field> fields = new HashMap<>();
    try {
      for (int number = meta.readInt(); number != -1; number = meta.readInt()) {
        FieldInfo info = number < 0 ? null : state.fieldInfos.fieldInfo(number);
        if (info == null
            || info.getVectorDimension() == 0
            || info.getVectorEncoding() != VectorEncoding.BYTE
            || fields.containsKey(info.name)) {
          throw new CorruptIndexException(
              "expected the number of a field of byte vectors, found " + number, meta);
        }
        fields.put(info.name, readField(meta, info, body, state.segmentInfo.maxDoc()));
      }
      metadata.expectEnd();
    } catch (IOException | RuntimeException e) {
      throw Corruption.of(e, "expected the metadata of byte vectors", meta);
    }
    body.expectComplete();
    return fields;
  }

  private static Field readField(IndexInput meta, FieldInfo info, FileBody body, int maxDoc)
      throws IOException {
    int encoding = meta.readInt();
    int similarity = meta.readInt();
    long offset = meta.readVLong();
    long length = meta.readVLong();
    int dimension = meta.readVInt();
    int count = meta.readInt();
    if (encoding != VectorEncoding.BYTE.ordinal()
        || similarity
            != Lucene99HnswVectorsReader.SIMILARITY_FUNCTIONS.indexOf(
                info.getVectorSimilarityFunction())
        || dimension != info.getVectorDimension()
        || length != (long) count * dimension) {
      throw new CorruptIndexException(
          "field \""
              + info.name
              + "\": expected vectors of "
              + info.getVectorDimension()
              + " bytes under "
              + info.getVectorSimilarityFunction()
              + ", found "
              + count
              + " of "
              + dimension
              + " in "
              + length
              + " bytes, encoding "
              + encoding
              + ", similarity "
              + similarity,
          meta);
    }
    DocumentMap documents = DocumentMap.read(meta, info.name, count, maxDoc);
    body.add("vectors of field \"" + info.name + "\"", offset, length, ALIGNMENT);
    documents.addTo(body);
    return new Field(count, documents);
  }

  private void checkDocuments(String field) throws IOException {
    Field known = fields.get(field);
    if (known != null) {
      known.documents.check(reader.getByteVectorValues(field), file);
    }
  }

  ByteVectorValues values(String field) throws IOException {
    checkDocuments(field);
    return reader.getByteVectorValues(field);
  }

  RandomVectorScorer scorer(String field, byte[] target) throws IOException {
    checkDocuments(field);
    return reader.getRandomVectorScorer(field, target);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
