/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;

/** How all benchmarks write their indexes with Lucene. */
public final class IndexWriting {

  /** Lucene's largest buffer for one thread, so that it is not what ends a segment. */
  private static final int BUFFER_MEGABYTES = 2_000;

  private IndexWriting() {}

  /**
   * Vectors in a format, files as they are, and merges in the thread that asks for them, which keep
   * the order in which documents were added. Segments end when the buffer is full.
   */
  public static IndexWriterConfig config(KnnVectorsFormat format) {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(
                new Lucene104Codec() {
                  @Override
                  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return format;
                  }
                })
            .setUseCompoundFile(false)
            .setMergeScheduler(new SerialMergeScheduler())
            .setMergePolicy(new LogDocMergePolicy())
            .setRAMBufferSizeMB(BUFFER_MEGABYTES);
    config.setRAMPerThreadHardLimitMB(BUFFER_MEGABYTES);
    return config;
  }

  /**
   * The same, but segments end after so many documents.
   *
   * @param bufferedDocuments documents of a segment
   */
  public static IndexWriterConfig config(KnnVectorsFormat format, int bufferedDocuments) {
    return config(format)
        .setMaxBufferedDocs(bufferedDocuments)
        .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH);
  }
}
