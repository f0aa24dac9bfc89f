/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.index.FlatIndex;
import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.BitPlanes;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.encode.HalfFloats;
import io.quantvec.codec.encode.VectorEncoder;
import io.quantvec.codec.transform.VectorMath;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.StringHelper;

/**
 * Times Quantvec's calibrator and encoder, as the writer uses them for the first segment of an
 * index. The calibration's id tells whether the index learned the same calibration.
 *
 * @param config the format's configuration
 */
record QuantvecStages(QuantizationConfig config) implements EncodingStages {

  @Override
  public Times measure(FlatIndex.Vectors vectors, VectorSimilarityFunction similarity) {
    boolean cosine = similarity == VectorSimilarityFunction.COSINE;
    if (config.precision() == Precision.FP16) {
      return new Times(Double.NaN, encodeHalves(vectors, cosine), null);
    }
    int dimension = vectors.get(0).length;
    long start = System.nanoTime();
    VectorSample sample = new VectorSample(dimension);
    for (int id = 0; id < vectors.count(); id++) {
      sample.offer(get(vectors, id, cosine));
    }
    Calibration calibration = learn(sample.vectors());
    double calibrationSeconds = EncodingStages.secondsSince(start);
    CodeLayout layout = layout(calibration, similarity);
    start = System.nanoTime();
    VectorEncoder encoder = new CalibratedSpace(layout, calibration).newEncoder(similarity);
    byte[] record = new byte[layout.recordLength()];
    for (int id = 0; id < vectors.count(); id++) {
      encoder.encode(get(vectors, id, cosine), record);
    }
    return new Times(
        calibrationSeconds,
        EncodingStages.secondsSince(start),
        StringHelper.idToString(calibration.id()));
  }

  private static double encodeHalves(FlatIndex.Vectors vectors, boolean cosine) {
    long start = System.nanoTime();
    byte[] record = new byte[vectors.get(0).length * Short.BYTES];
    for (int id = 0; id < vectors.count(); id++) {
      HalfFloats.encodeSaturated(get(vectors, id, cosine), record);
    }
    return EncodingStages.secondsSince(start);
  }

  private static float[] get(FlatIndex.Vectors vectors, int id, boolean cosine) {
    return cosine ? VectorMath.normalized(vectors.get(id)) : vectors.get(id);
  }

  private Calibration learn(List<float[]> sample) {
    Calibrator calibrator =
        new Calibrator(config.calibration().method(), config.calibration().percentile());
    if (config.precision() == Precision.INT8) {
      return calibrator.int8(sample);
    }
    boolean learns =
        config.allocation() == Allocation.MIXED
            && Calibrator.canLearn(sample.get(0).length, sample.size());
    return learns
        ? calibrator.mixedOrUniform(config.bits(), sample)
        : calibrator.uniform(config.bits(), sample);
  }

  private CodeLayout layout(Calibration calibration, VectorSimilarityFunction similarity) {
    Kind kind = kind(calibration);
    CorrectionTerms terms = CorrectionTerms.of(kind, similarity, false);
    int dimension = calibration.dimension();
    return kind == Kind.PLANES
        ? new CodeLayout(kind, dimension, new BitPlanes(calibration).bytes(), terms)
        : new CodeLayout(kind, dimension, terms);
  }

  private Kind kind(Calibration calibration) {
    if (config.precision() == Precision.INT8) {
      return Kind.BYTES;
    }
    int first = calibration.bits()[0];
    boolean even = calibration.codeDimension() == calibration.dimension();
    for (byte bits : calibration.bits()) {
      even &= bits == first;
    }
    if (even && first == 4) {
      return Kind.NIBBLES;
    }
    return even && first == 1 ? Kind.BITS : Kind.PLANES;
  }
}
