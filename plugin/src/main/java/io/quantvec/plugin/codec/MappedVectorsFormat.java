/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.calibration.InternedCalibrations;
import io.quantvec.codec.write.InheritedCalibrations;
import io.quantvec.codec.write.VectorsWriteListener;
import io.quantvec.codec.write.WriteContext;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.mapper.VectorIndexing;
import io.quantvec.plugin.node.QuantvecNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.MapperService;

/** Looks up each field's format in the mapping when a segment is written. */
final class MappedVectorsFormat extends PerFieldKnnVectorsFormat {

  private final MapperService mapperService;
  private final KnnVectorsFormat platformFormat;

  /**
   * One format per way of writing: fields of a segment that are written alike share their files,
   * which the per-field format recognizes by the identity of the format.
   */
  private final Map<VectorIndexing, KnnVectorsFormat> formats = new ConcurrentHashMap<>();

  /** OpenSearch makes a codec for each engine: a new one begins with the index's last commit. */
  private final InheritedCalibrations inherited = new InheritedCalibrations();

  /**
   * @param mapperService knows the fields' types
   * @param platformFormat writes the vectors of all other field types
   */
  MappedVectorsFormat(MapperService mapperService, KnnVectorsFormat platformFormat) {
    this.mapperService = mapperService;
    this.platformFormat = platformFormat;
  }

  /**
   * Threads that build one graph at a merge, if the node's merge scheduler has them to spare: it
   * runs them one after the other if it has not. More than a few would leave none for searches.
   */
  private static final int MERGE_WORKERS =
      Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 8);

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    MappedFieldType type = mapperService.fieldType(field);
    if (type != null && type.unwrap() instanceof QuantizedVectorFieldType vectorType) {
      return formats.computeIfAbsent(
          vectorType.indexing(), indexing -> newFormat(indexing, vectorType.node()));
    }
    // A per-field format cannot be inside another one.
    return platformFormat instanceof PerFieldKnnVectorsFormat perField
        ? perField.getKnnVectorsFormatForField(field)
        : platformFormat;
  }

  private KnnVectorsFormat newFormat(VectorIndexing indexing, QuantvecNode node) {
    VectorsWriteListener counts = node.activity().writes(mapperService.index().getName());
    VectorsWriteListener listener =
        (directory, field, written, merge) -> {
          counts.written(directory, field, written, merge);
          node.calibrations().countHeap(InternedCalibrations.ramBytesUsed());
        };
    WriteContext context = new WriteContext(listener, inherited);
    return switch (indexing.method().name()) {
      case HNSW ->
          new QuantizedHnswVectorsFormat(
              indexing.config(),
              indexing.method().m(),
              indexing.method().efConstruction(),
              MERGE_WORKERS,
              null,
              indexing.method().approximateThreshold(),
              context);
      case FLAT -> new QuantizedFlatVectorsFormat(indexing.config(), context);
    };
  }
}
