/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;

/**
 * Bytes that a field takes in the files of a segment, deleted vectors included. Not counted are
 * headers, footers, and the map of ordinals to documents that a field has if some documents lack a
 * vector.
 *
 * @param codes codes, in {@code .qvc}
 * @param corrections the correction terms of the codes, beside them in {@code .qvc}
 * @param rerankCopy the rerank copy, in {@code .qvr}
 * @param errorTerms the terms that bound the errors of codes, in {@code .qve}
 * @param graph neighbor lists, in {@code .vex}; 0 without a graph
 * @param calibrations calibrations of codes and copies, in {@code .qvk}; fields that share a
 *     calibration each count it
 */
public record FieldBytes(
    long codes, long corrections, long rerankCopy, long errorTerms, long graph, long calibrations) {

  /** Lucene's name for the neighbor lists of a graph. */
  private static final String LUCENE_GRAPH_KEY = "vex";

  /**
   * The bytes of a field in a segment.
   *
   * @param segment one leaf of a reader
   * @return null if the segment has no vectors in the field, if another codec wrote them, or if the
   *     reader hides the segment's own reader
   */
  public static FieldBytes of(LeafReader segment, String field) throws IOException {
    if (!(segment.getFloatVectorValues(field) instanceof QuantizedFloatVectorValues values)
        || !(FilterLeafReader.unwrap(segment) instanceof CodecReader reader)) {
      return null;
    }
    SegmentField stored = values.field().stored();
    FieldLocations locations = stored.locations();
    Map<String, Long> mapped =
        reader.getVectorReader().getOffHeapByteSize(reader.getFieldInfos().fieldInfo(field));
    long corrections = (long) stored.vectors() * stored.layout().terms().length();
    return new FieldBytes(
        locations.codes().length() - corrections,
        corrections,
        locations.rerankCopy().length(),
        locations.errorTerms().length(),
        mapped.getOrDefault(LUCENE_GRAPH_KEY, 0L),
        length(locations.calibration()) + length(locations.copyCalibration()));
  }

  private static long length(FieldLocations.StoredCalibration calibration) {
    return calibration == null ? 0 : calibration.range().length();
  }

  /** Bytes that every search reads, and that should be in memory. */
  public long hot() {
    return codes + corrections + graph;
  }

  /** Bytes that only rescoring, merges, restored sources and radial searches read. */
  public long cold() {
    return rerankCopy + errorTerms;
  }
}
