/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.trial;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.query.CandidateRescoring;
import io.quantvec.codec.search.VectorScan;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.evaluate.shard.WorkDeadline;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;

/** One segment of vectors in memory, without a graph, where a document is its vector's place. */
final class TrialIndex implements Closeable {

  /** The time was over before all vectors were written. */
  static final class TimeOver extends IOException {

    private static final long serialVersionUID = 1L;

    TimeOver() {
      super("the time is over");
    }
  }

  private static final String FIELD = "v";

  private final Directory directory = new ByteBuffersDirectory();
  private final DirectoryReader reader;
  private final LeafReader segment;
  private final QuantizedVectorValues values;

  /**
   * Writes the vectors.
   *
   * @param config how
   * @param stop when to give up
   * @throws TimeOver if the time was over before the end
   */
  TrialIndex(
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      List<float[]> vectors,
      WorkDeadline stop)
      throws IOException {
    try {
      write(config, similarity, vectors, stop);
      reader = DirectoryReader.open(directory);
      segment = reader.leaves().getFirst().reader();
      values = QuantizedVectorValues.of(segment, FIELD);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, directory);
      throw t;
    }
  }

  private void write(
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      List<float[]> vectors,
      WorkDeadline stop)
      throws IOException {
    FieldType type = new FieldType();
    type.setVectorAttributes(vectors.getFirst().length, VectorEncoding.FLOAT32, similarity);
    type.freeze();
    IndexWriterConfig writing =
        new IndexWriterConfig()
            .setCodec(codec(new QuantizedFlatVectorsFormat(config)))
            .setMergeScheduler(new SerialMergeScheduler())
            .setUseCompoundFile(false)
            // One flush, at the end, so that the calibration has seen all of them.
            .setMaxBufferedDocs(vectors.size() + 1)
            .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH);
    try (IndexWriter writer = new IndexWriter(directory, writing)) {
      for (float[] vector : vectors) {
        if (stop.isTimeOver()) {
          writer.rollback();
          throw new TimeOver();
        }
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vector, type));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }

  /** The platform's codec, which finds the format by the name that is written for each field. */
  private static Codec codec(KnnVectorsFormat format) {
    Codec platform = Codec.getDefault();
    PerFieldKnnVectorsFormat always =
        new PerFieldKnnVectorsFormat() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return format;
          }
        };
    return new FilterCodec(platform.getName(), platform) {
      @Override
      public KnnVectorsFormat knnVectorsFormat() {
        return always;
      }
    };
  }

  SegmentField quantization() {
    return values.quantization();
  }

  /** The nearest by the codes alone, the best first. */
  int[] nearestByCodes(float[] target, int k) throws IOException {
    return docs(scan(segment.getFloatVectorValues(FIELD).scorer(target), k));
  }

  /**
   * The nearest of the candidates that a query rescores, the best first.
   *
   * @param candidates how many these are, at least k
   */
  int[] nearest(float[] target, int k, int candidates) throws IOException {
    ScoreDoc[] found = scan(values.candidateScorer(target), candidates);
    return docs(CandidateRescoring.best(found, k, round -> rescored(target, round)));
  }

  private ScoreDoc[] rescored(float[] target, ScoreDoc[] round) throws IOException {
    float[] scores = values.rescore(target, docs(round));
    for (int i = 0; i < round.length; i++) {
      round[i].score = scores[i];
    }
    return round;
  }

  private static ScoreDoc[] scan(VectorScorer scorer, int count) throws IOException {
    TopKnnCollector best = new TopKnnCollector(count, Integer.MAX_VALUE);
    VectorScan.run(scorer, null, null, best::collect);
    return best.topDocs().scoreDocs;
  }

  private static int[] docs(ScoreDoc[] hits) {
    return Arrays.stream(hits).mapToInt(hit -> hit.doc).toArray();
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, directory);
  }
}
