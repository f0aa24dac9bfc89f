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

/** The configuration with which all benchmarks write Lucene indexes. */
public final class IndexWriting {

  /** Lucene's largest buffer per thread, so that the buffer's size does not end a segment. */
  private static final int BUFFER_MEGABYTES = 2_000;

  private IndexWriting() {}

  /**
   * The configuration that stores vectors in a format, without compound files. Merges run on the
   * calling thread and keep the order of documents. A segment ends when the buffer is full.
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
   * Returns the same configuration, except that a segment ends after a number of documents.
   *
   * @param bufferedDocuments documents per segment
   */
  public static IndexWriterConfig config(KnnVectorsFormat format, int bufferedDocuments) {
    return config(format)
        .setMaxBufferedDocs(bufferedDocuments)
        .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH);
  }
}
