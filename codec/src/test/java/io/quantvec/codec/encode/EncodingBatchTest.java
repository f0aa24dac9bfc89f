/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.TaskExecutor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of any size, in any number of threads, give the codes of single vectors. */
class EncodingBatchTest {

  private static final int DIMENSION = 37;
  private static final CodeLayout LAYOUT =
      new CodeLayout(Kind.BYTES, DIMENSION, CorrectionTerms.FLOATS);
  private static final CopyLayout COPY = new CopyLayout(RerankPrecision.FP16, DIMENSION, true);
  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.COSINE;

  private static CalibratedSpace space() {
    return new CalibratedSpace(LAYOUT, FixedCalibrations.local(new float[DIMENSION]));
  }

  private static void check(EncodingBatch batch, int count) throws IOException {
    Random random = new Random(count);
    VectorEncoder encoder = space().newEncoder(SIMILARITY);
    byte[] expected = new byte[LAYOUT.recordLength()];
    float[] half = new float[DIMENSION];
    float[] reused = new float[DIMENSION];
    float[][] vectors = new float[count][];
    int done = 0;
    for (int doc = 0; doc < count; doc++) {
      for (int d = 0; d < DIMENSION; d++) {
        reused[d] = (float) random.nextGaussian();
      }
      vectors[doc] = reused.clone();
      if (batch.add(3 * doc, reused, null) || doc == count - 1) {
        batch.encode();
        for (int i = 0; i < batch.size(); i++, done++) {
          encoder.encode(VectorMath.normalized(vectors[done]), expected);
          assertEquals(3 * done, batch.doc(i));
          assertArrayEquals(expected, batch.record(i));
          assertEquals((float) Math.sqrt(squares(vectors[done])), COPY.readLength(batch.copy(i)));
          HalfFloats.decode(batch.copy(i), half);
          assertArrayEquals(VectorMath.normalized(vectors[done]), half, 1e-3f);
        }
        batch.clear();
      }
    }
    assertEquals(count, done);
    CodeErrors errors = new CodeErrors();
    batch.addErrors(errors);
    if (count > 1000) {
      assertEquals(encoder.liveError(), errors.liveError(), .1f * encoder.liveError());
      // A half float has 11 significant bits.
      assertEquals(2e-4, errors.valueError(count), 1e-4);
    }
  }

  private static FieldCoding coding() {
    return FieldCoding.of(SIMILARITY, LAYOUT, Optional.of(space()), COPY, Optional.empty());
  }

  private static double squares(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return squares;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 65, 200, 1500})
  void inOneThread(int count) throws IOException {
    check(new EncodingBatch(coding(), null, 4), count);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 65, 200, 1500})
  void inSeveral(int count) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      check(new EncodingBatch(coding(), new TaskExecutor(threads), 3), count);
    } finally {
      threads.shutdown();
    }
  }
}
