/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.index.FlatIndex;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;
import org.apache.lucene.util.quantization.OptimizedScalarQuantizer;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * Times the centroid and the quantizer of Lucene's format, as Lucene's writer uses them. Packing
 * into bits is left out, because half of the encodings do not make it public.
 *
 * @param encoding bits per dimension
 */
record LuceneStages(ScalarEncoding encoding) implements EncodingStages {

  @Override
  public Times measure(FlatIndex.Vectors vectors, VectorSimilarityFunction similarity) {
    boolean cosine = similarity == VectorSimilarityFunction.COSINE;
    long start = System.nanoTime();
    float[] centroid = centroid(vectors, cosine);
    double calibration = EncodingStages.secondsSince(start);
    OptimizedScalarQuantizer quantizer = new OptimizedScalarQuantizer(similarity);
    byte[] code = new byte[encoding.getDiscreteDimensions(centroid.length)];
    start = System.nanoTime();
    for (int id = 0; id < vectors.count(); id++) {
      // The quantizer writes the residual over the vector.
      quantizer.scalarQuantize(copy(vectors.get(id), cosine), code, encoding.getBits(), centroid);
    }
    return new Times(calibration, EncodingStages.secondsSince(start), null);
  }

  private static float[] centroid(FlatIndex.Vectors vectors, boolean cosine) {
    float[] centroid = new float[vectors.get(0).length];
    for (int id = 0; id < vectors.count(); id++) {
      float[] vector = cosine ? copy(vectors.get(id), true) : vectors.get(id);
      for (int d = 0; d < centroid.length; d++) {
        centroid[d] += vector[d];
      }
    }
    for (int d = 0; d < centroid.length; d++) {
      centroid[d] /= vectors.count();
    }
    return cosine ? VectorUtil.l2normalize(centroid, false) : centroid;
  }

  private static float[] copy(float[] vector, boolean normalize) {
    float[] copy = vector.clone();
    return normalize ? VectorUtil.l2normalize(copy, false) : copy;
  }
}
