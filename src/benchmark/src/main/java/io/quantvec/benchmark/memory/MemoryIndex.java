/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.index.IndexWriting;
import io.quantvec.benchmark.index.LuceneIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * An index of one large segment and some small ones. Searches use all segments, also while the
 * small ones merge. Nothing is committed, so the index does not change.
 */
final class MemoryIndex implements Closeable {

  /** The smallest number that Lucene merges at once by default. */
  static final int SMALL_SEGMENTS = 4;

  /** The share of the vectors in small segments. */
  static final double SMALL_SHARE = .1;

  private final MMapDirectory directory;
  private final IndexWriter writer;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  /** Opens the existing index. */
  MemoryIndex(Path folder, KnnVectorsFormat format) throws IOException {
    directory = directory(folder);
    try {
      writer = new IndexWriter(directory, config(format, Integer.MAX_VALUE));
      reader = DirectoryReader.open(writer);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, directory);
      throw t;
    }
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
  }

  /**
   * Writes an index. The number of a document is the position of its vector.
   *
   * @return time and disk space of the index
   */
  static IndexCost write(
      Path folder,
      KnnVectorsFormat format,
      List<float[]> vectors,
      VectorSimilarityFunction similarity)
      throws IOException {
    FieldType type = new FieldType();
    type.setVectorAttributes(vectors.get(0).length, VectorEncoding.FLOAT32, similarity);
    type.freeze();
    int small = Math.max(1, (int) (vectors.size() * SMALL_SHARE / SMALL_SEGMENTS));
    int large = vectors.size() - SMALL_SEGMENTS * small;
    long start = System.nanoTime();
    try (MMapDirectory directory = directory(folder);
        IndexWriter writer = new IndexWriter(directory, config(format, vectors.size() + 1));
        // Segments are open, as on a node, so that Quantvec's segments share the first calibration.
        SearcherManager open = new SearcherManager(writer, null)) {
      for (int id = 0; id < vectors.size(); id++) {
        if (id >= large && (id - large) % small == 0) {
          open.maybeRefreshBlocking();
        }
        Document document = new Document();
        document.add(new KnnFloatVectorField(LuceneIndex.FIELD, vectors.get(id), type));
        writer.addDocument(document);
      }
      writer.commit();
      int segments = SegmentInfos.readLatestCommit(directory).size();
      if (segments != 1 + SMALL_SEGMENTS) {
        throw new IllegalArgumentException(
            "the vectors do not fit into one buffer: expected "
                + (1 + SMALL_SEGMENTS)
                + " segments, got "
                + segments);
      }
      return IndexCost.of(directory, (System.nanoTime() - start) / 1e9, 0, true);
    }
  }

  private static MMapDirectory directory(Path folder) throws IOException {
    MMapDirectory directory = new MMapDirectory(folder);
    // As in OpenSearch; Lucene alone gives no hint.
    directory.setReadAdvice(MMapDirectory.ADVISE_BY_CONTEXT);
    return directory;
  }

  private static IndexWriterConfig config(KnnVectorsFormat format, int bufferedDocuments) {
    return IndexWriting.config(format, bufferedDocuments).setMergePolicy(new SmallOnes());
  }

  /** The searcher of all segments, also of merged ones. */
  IndexSearcher searcher() {
    return searcher;
  }

  /** Merges the small segments on the calling thread. */
  void merge() throws IOException {
    writer.forceMerge(1);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, writer::rollback, directory);
  }

  /** Merges all segments except the largest one. */
  private static final class SmallOnes extends FilterMergePolicy {

    SmallOnes() {
      super(NoMergePolicy.INSTANCE);
    }

    @Override
    public MergeSpecification findForcedMerges(
        SegmentInfos infos,
        int maxSegments,
        Map<SegmentCommitInfo, Boolean> segments,
        MergeContext context) {
      List<SegmentCommitInfo> small = new ArrayList<>(infos.asList());
      SegmentCommitInfo largest = small.get(0);
      for (SegmentCommitInfo info : small) {
        largest = info.info.maxDoc() > largest.info.maxDoc() ? info : largest;
      }
      small.remove(largest);
      if (small.size() < 2 || !context.getMergingSegments().isEmpty()) {
        return null;
      }
      MergeSpecification merges = new MergeSpecification();
      merges.add(new OneMerge(small));
      return merges;
    }
  }
}
