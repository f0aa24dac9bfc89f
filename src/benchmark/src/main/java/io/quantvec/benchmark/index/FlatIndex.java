/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * One mapped segment of vectors without a graph, in a temporary folder. The number of a document is
 * the id of its vector.
 */
public final class FlatIndex implements Closeable {

  /** The name of the only field. */
  public static final String FIELD = "v";

  private static final String CALIBRATION_EXTENSION = ".qvk";

  private final Path folder;
  private final Directory directory;
  private final DirectoryReader reader;
  private final double buildSeconds;

  /**
   * Writes the index and opens it.
   *
   * @param format how vectors are stored
   * @param vectors read once, in order
   */
  public FlatIndex(KnnVectorsFormat format, VectorSimilarityFunction similarity, Vectors vectors)
      throws IOException {
    folder = Files.createTempDirectory("quantvec-benchmark");
    directory = new MMapDirectory(folder);
    long start = System.nanoTime();
    write(directory, format, similarity, vectors);
    buildSeconds = (System.nanoTime() - start) / 1e9;
    reader = DirectoryReader.open(directory);
  }

  /** The vectors to index. */
  public interface Vectors {
    /** Returns the number of vectors. */
    int count();

    /** The vector. The next call may reuse the array. */
    float[] get(int id);
  }

  private static void write(
      Directory directory,
      KnnVectorsFormat format,
      VectorSimilarityFunction similarity,
      Vectors vectors)
      throws IOException {
    IndexWriterConfig config = IndexWriting.config(format);
    FieldType type = new FieldType();
    type.setVectorAttributes(vectors.get(0).length, VectorEncoding.FLOAT32, similarity);
    type.freeze();
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int id = 0; id < vectors.count(); id++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vectors.get(id), type));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }

  /** Returns the only segment. */
  public CodecReader segment() {
    return (CodecReader) reader.leaves().get(0).reader();
  }

  /** Returns the reader of the field, without the layer that selects a reader by field name. */
  public FlatVectorsReader vectorsReader() {
    var perField = (PerFieldKnnVectorsFormat.FieldsReader) segment().getVectorReader();
    return (FlatVectorsReader) perField.getFieldReader(FIELD);
  }

  /**
   * Returns the bytes of the codes and their correction terms, as the format reports them; 0
   * without codes.
   */
  public long codeBytes() {
    var info = segment().getFieldInfos().fieldInfo(FIELD);
    return segment().getVectorReader().getOffHeapByteSize(info).getOrDefault("veq", 0L);
  }

  /**
   * Returns the bytes of the files in which Quantvec stores calibrations; 0 for Lucene's formats.
   */
  public long calibrationBytes() throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      bytes += file.endsWith(CALIBRATION_EXTENSION) ? directory.fileLength(file) : 0;
    }
    return bytes;
  }

  /** Returns the seconds that buffering, calibrating, encoding and writing took. */
  public double buildSeconds() {
    return buildSeconds;
  }

  /** Closes and deletes the index. */
  @Override
  public void close() throws IOException {
    IOUtils.close(reader, directory);
    IOUtils.rm(folder);
  }
}
