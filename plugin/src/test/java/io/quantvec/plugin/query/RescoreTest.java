/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.QuantizedVectorValues;
import java.io.IOException;
import java.util.Random;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

/** How many candidates are rescored of codes whose budget was chosen. */
class RescoreTest {

  private static final int DIMENSION = 32;

  private static void add(Directory directory, QuantizationConfig config, int count)
      throws IOException {
    KnnVectorsFormat format = new QuantizedFlatVectorsFormat(config);
    IndexWriterConfig writing =
        new IndexWriterConfig()
            .setCodec(
                new Lucene104Codec() {
                  @Override
                  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return format;
                  }
                });
    Random random = new Random(count);
    try (IndexWriter writer = new IndexWriter(directory, writing)) {
      for (int i = 0; i < count; i++) {
        float[] vector = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
          vector[d] = (float) random.nextGaussian();
        }
        Document document = new Document();
        document.add(new KnnFloatVectorField("v", vector));
        writer.addDocument(document);
      }
    }
  }

  private static int candidates(Directory directory, Rescore rescore, QuantizationConfig mapped)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      return rescore.candidates(reader, "v", mapped, DIMENSION, false, 10);
    }
  }

  @Test
  void theSegmentThatNeedsMostDecides() throws IOException {
    QuantizationConfig auto = QuantizationConfig.auto(.9);
    try (Directory directory = new ByteBuffersDirectory()) {
      // So few that their budget is the safe one, of 4 bits.
      add(directory, auto, 20);
      int safe = Rescore.DEFAULT.candidates(new QuantizationConfig(Precision.INT4), 32, false, 10);
      assertEquals(safe, candidates(directory, Rescore.DEFAULT, auto));
      assertEquals(0, candidates(directory, Rescore.OFF, auto));
      assertEquals(70, candidates(directory, Rescore.factor(7), auto));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(
            4,
            QuantizedVectorValues.of(reader.leaves().get(0).reader(), "v")
                .quantization()
                .config()
                .bits());
      }
      add(directory, new QuantizationConfig(Precision.BINARY), 30);
      assertEquals(400, candidates(directory, Rescore.DEFAULT, auto));
      assertEquals(
          0, candidates(directory, Rescore.DEFAULT, new QuantizationConfig(Precision.INT8)));
    }
  }

  @Test
  void withoutVectorsAndWithoutCopiesNothingIsRescored() throws IOException {
    QuantizationConfig auto = QuantizationConfig.auto(.9).withRerank(RerankPrecision.NONE);
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
        writer.addDocument(new Document());
      }
      assertEquals(0, candidates(directory, Rescore.DEFAULT, QuantizationConfig.auto(.9)));
      add(directory, auto, 20);
      assertEquals(0, candidates(directory, Rescore.DEFAULT, auto));
    }
    assertEquals(
        400,
        Rescore.DEFAULT.candidates(null, "v", QuantizationConfig.auto(.9), DIMENSION, false, 10));
  }
}
