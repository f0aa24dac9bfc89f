/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import io.quantvec.codec.segment.QuantizedFlatVectorsReader;
import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;

/** Finds out which segments have a graph over a field's vectors. */
public final class FieldGraph {

  private FieldGraph() {}

  /**
   * Whether a segment is known to have no graph over a field's vectors: the segment has fewer
   * vectors than the approximate threshold of {@link io.quantvec.codec.QuantizedHnswVectorsFormat},
   * or {@link io.quantvec.codec.QuantizedFlatVectorsFormat} wrote it. A search then scans the
   * codes.
   *
   * @param segment one leaf of a reader
   * @return false if there is a graph, if the segment has no such field, if another codec wrote the
   *     vectors, or if the segment's own reader is not accessible
   */
  public static boolean isMissing(LeafReader segment, String field) throws IOException {
    if (segment.getFieldInfos().fieldInfo(field) == null
        || !(FilterLeafReader.unwrap(segment) instanceof CodecReader reader)) {
      return false;
    }
    KnnVectorsReader vectors = reader.getVectorReader();
    if (vectors instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
      vectors = perField.getFieldReader(field);
    }
    return vectors instanceof QuantizedFlatVectorsReader
        || (vectors instanceof QuantizedHnswVectorsReader graphs && !graphs.hasGraph(field));
  }
}
