/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.VectorLimits;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.hnsw.FlatFieldVectorsWriter;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.util.RamUsageEstimator;

/** The vectors of one field between two flushes, on the heap. */
final class BufferedVectors extends FlatFieldVectorsWriter<float[]> {

  private static final long SHALLOW_RAM_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(BufferedVectors.class);

  private final FieldInfo fieldInfo;
  private final QuantizationConfig config;
  private final List<float[]> vectors = new ArrayList<>();
  private final DocsWithFieldSet docsWithField = new DocsWithFieldSet();
  private int lastDoc = -1;
  private boolean finished;

  BufferedVectors(FieldInfo fieldInfo, QuantizationConfig config) {
    this.fieldInfo = fieldInfo;
    this.config = config;
  }

  FieldInfo fieldInfo() {
    return fieldInfo;
  }

  /**
   * @throws IllegalArgumentException if the document has a vector already, or {@link VectorLimits}
   *     finds a problem
   */
  @Override
  public void addValue(int doc, float[] vector) {
    if (finished) {
      throw new IllegalStateException("field \"" + fieldInfo.name + "\" is finished already");
    }
    if (doc == lastDoc) {
      throw new IllegalArgumentException(
          "VectorValuesField \""
              + fieldInfo.name
              + "\" appears more than once in this document (only one value is allowed per field)");
    }
    String problem =
        VectorLimits.indexingProblem(vector, fieldInfo.getVectorSimilarityFunction(), config);
    if (problem != null) {
      throw new IllegalArgumentException("field \"" + fieldInfo.name + "\": " + problem);
    }
    vectors.add(copyValue(vector));
    docsWithField.add(doc);
    lastDoc = doc;
  }

  @Override
  public float[] copyValue(float[] vector) {
    return vector.clone();
  }

  @Override
  public List<float[]> getVectors() {
    return vectors;
  }

  @Override
  public DocsWithFieldSet getDocsWithFieldSet() {
    return docsWithField;
  }

  @Override
  public void finish() {
    finished = true;
  }

  @Override
  public boolean isFinished() {
    return finished;
  }

  @Override
  public long ramBytesUsed() {
    long perVector =
        RamUsageEstimator.NUM_BYTES_OBJECT_REF
            + RamUsageEstimator.NUM_BYTES_ARRAY_HEADER
            + (long) fieldInfo.getVectorDimension() * Float.BYTES;
    return SHALLOW_RAM_BYTES + docsWithField.ramBytesUsed() + vectors.size() * perVector;
  }
}
