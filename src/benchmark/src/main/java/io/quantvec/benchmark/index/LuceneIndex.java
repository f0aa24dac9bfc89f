/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import io.quantvec.benchmark.data.DataSet;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * An index of one or several mapped segments with graphs. The number of a document is the id of its
 * vector.
 */
public final class LuceneIndex implements SearchIndex {

  /** The name of the vectors' field. */
  public static final String FIELD = "v";

  private static final String ID = "id";

  /**
   * Segments that are flushed before the merge into one. Counted in documents, because buffers of
   * different formats fill at different speeds.
   */
  private static final int SEGMENTS = 4;

  private final Path folder;
  private final KnnVectorsFormat format;
  private final FieldType type;
  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final IndexCost cost;

  private LuceneIndex(
      Path folder,
      KnnVectorsFormat format,
      DataSet data,
      boolean codes,
      List<Double> shares,
      Directory directory)
      throws IOException {
    this.folder = folder;
    this.format = format;
    this.directory = directory;
    this.type = type(data.dimension(), data.similarity());
    long start = System.nanoTime();
    long flushed;
    if (shares.size() == 1) {
      int buffered = Math.max(2, (data.base().size() + SEGMENTS - 1) / SEGMENTS);
      try (IndexWriter writer = new IndexWriter(directory, IndexWriting.config(format, buffered))) {
        add(writer, data, 0, data.base().size());
        writer.flush();
        flushed = System.nanoTime();
        writer.forceMerge(1);
        writer.commit();
      }
    } else {
      writeSegments(data, shares);
      flushed = System.nanoTime();
    }
    double mergeSeconds = (System.nanoTime() - flushed) / 1e9;
    this.cost = IndexCost.of(directory, (flushed - start) / 1e9, mergeSeconds, codes);
    this.reader = DirectoryReader.open(directory);
    this.searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
  }

  /** Writes segments. Each segment is open when the next one is flushed, as on a node. */
  private void writeSegments(DataSet data, List<Double> shares) throws IOException {
    List<Closeable> open = new ArrayList<>();
    try (IndexWriter writer =
        new IndexWriter(
            directory,
            IndexWriting.config(format, Integer.MAX_VALUE)
                .setMergePolicy(NoMergePolicy.INSTANCE))) {
      double end = 0;
      int from = 0;
      for (double share : shares) {
        end += share;
        int to = (int) Math.round(end * data.base().size());
        add(writer, data, from, to);
        writer.commit();
        open.add(DirectoryReader.open(directory));
        from = to;
      }
    } finally {
      IOUtils.close(open);
    }
  }

  private void add(IndexWriter writer, DataSet data, int from, int to) throws IOException {
    for (int id = from; id < to; id++) {
      writer.addDocument(document(id, data.base().get(id)));
    }
  }

  /**
   * Writes one segment and opens the index.
   *
   * @param format how vectors are stored
   * @param codes whether the graph compares codes, so that only rescoring reads floats
   */
  public static LuceneIndex build(KnnVectorsFormat format, DataSet data, Path folder, boolean codes)
      throws IOException {
    return build(format, data, folder, codes, List.of(1.0));
  }

  /**
   * Writes several segments and opens the index.
   *
   * @param format how vectors are stored
   * @param codes whether the graph compares codes, so that only rescoring reads floats
   * @param shares the share of each segment among all vectors; their sum is 1
   */
  public static LuceneIndex build(
      KnnVectorsFormat format, DataSet data, Path folder, boolean codes, List<Double> shares)
      throws IOException {
    Directory directory = new MMapDirectory(folder);
    boolean built = false;
    try {
      LuceneIndex index = new LuceneIndex(folder, format, data, codes, shares, directory);
      built = true;
      return index;
    } finally {
      if (!built) {
        IOUtils.closeWhileHandlingException(directory);
      }
    }
  }

  private static FieldType type(int dimension, VectorSimilarityFunction similarity) {
    FieldType type = new FieldType();
    type.setVectorAttributes(dimension, VectorEncoding.FLOAT32, similarity);
    type.freeze();
    return type;
  }

  private Document document(int id, float[] vector) {
    Document document = new Document();
    document.add(new StringField(ID, Integer.toString(id), Field.Store.NO));
    document.add(new KnnFloatVectorField(FIELD, vector, type));
    return document;
  }

  /** The searcher for any number of threads. */
  public IndexSearcher searcher() {
    return searcher;
  }

  /** Opens the writer that changes the index. The caller rolls the changes back. */
  IndexWriter append() throws IOException {
    return new IndexWriter(directory, IndexWriting.config(format, Integer.MAX_VALUE));
  }

  /** Replaces the document of an id. */
  void replace(IndexWriter writer, int id, float[] vector) throws IOException {
    writer.updateDocument(new Term(ID, Integer.toString(id)), document(id, vector));
  }

  @Override
  public IndexCost cost() {
    return cost;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public long heapBytes() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, directory);
  }
}
