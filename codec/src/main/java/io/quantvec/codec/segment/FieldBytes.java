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
 * What one field takes of a segment's files, in bytes, deleted vectors included. Headers, footers
 * and the map of ordinals to documents, which a field has that not all documents have, are not
 * counted.
 *
 * @param codes codes, of {@code .qvc}
 * @param corrections the correction terms of codes, beside them in {@code .qvc}
 * @param rerankCopy the finer copy, of {@code .qvr}
 * @param errorTerms what bounds the errors of codes, of {@code .qve}
 * @param graph neighbour lists, of {@code .vex}; 0 without a graph
 * @param calibrations what codes and copies mean, of {@code .qvk}; fields with the same one share
 *     it, and count it each
 */
public record FieldBytes(
    long codes, long corrections, long rerankCopy, long errorTerms, long graph, long calibrations) {

  /** Lucene's name for the neighbour lists of a graph. */
  private static final String LUCENE_GRAPH_KEY = "vex";

  /**
   * Those of a segment.
   *
   * @param segment one leaf of a reader
   * @return null if the segment has no vectors in the field, another codec wrote them, or the
   *     segment's own reader is out of reach
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

  /** What every search reads, and what should be in memory. */
  public long hot() {
    return codes + corrections + graph;
  }

  /** What only candidates, merges, documents' sources and searches by score are read from. */
  public long cold() {
    return rerankCopy + errorTerms;
  }
}
