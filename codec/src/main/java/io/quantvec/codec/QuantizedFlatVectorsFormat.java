/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/** Quantized vectors without a graph: a search scans every code. */
public final class QuantizedFlatVectorsFormat extends FlatVectorsFormat {

  /** The name by which SPI finds this format; it stands in every segment. */
  public static final String NAME = "QuantvecFlat";

  /** The largest dimension, as in OpenSearch's k-NN plugin. */
  public static final int MAX_DIMENSIONS = 16_000;

  private final QuantizationConfig config;

  /** The format that SPI makes; it reads every segment and writes with the default settings. */
  public QuantizedFlatVectorsFormat() {
    this(QuantizationConfig.DEFAULT);
  }

  /** A format that writes as the configuration says. */
  public QuantizedFlatVectorsFormat(QuantizationConfig config) {
    super(NAME);
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  public FlatVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public FlatVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }

  @Override
  public String toString() {
    return NAME + "(" + config + ")";
  }
}
