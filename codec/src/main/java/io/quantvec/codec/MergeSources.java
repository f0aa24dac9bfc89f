/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.DriftTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.DocIDMerger;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.util.StringHelper;

/** The segments that a merge takes one field's vectors from, as far as their codes are ours. */
final class MergeSources {

  private final MergeState mergeState;
  private final List<Source> sources = new ArrayList<>();
  private int vectors;

  /** Whether some vectors come from elsewhere: another format, or a reader that is wrapped. */
  private boolean foreign;

  private record Source(QuantizedFloatVectorValues values, MergeState.DocMap docMap) {

    FieldEntry entry() {
      return values.field().entry();
    }
  }

  MergeSources(FieldInfo fieldInfo, MergeState mergeState) throws IOException {
    this.mergeState = mergeState;
    for (int i = 0; i < mergeState.knnVectorsReaders.length; i++) {
      KnnVectorsReader reader = mergeState.knnVectorsReaders[i];
      FieldInfo info = mergeState.fieldInfos[i].fieldInfo(fieldInfo.name);
      if (reader == null || info == null || !info.hasVectorValues()) {
        continue;
      }
      FloatVectorValues values = reader.getFloatVectorValues(fieldInfo.name);
      if (values == null || values.size() == 0) {
        continue;
      }
      vectors += values.size();
      if (values instanceof QuantizedFloatVectorValues quantized) {
        sources.add(new Source(quantized, mergeState.docMaps[i]));
      } else {
        foreign = true;
      }
    }
  }

  /** Vectors of all sources, deleted ones included. */
  int vectors() {
    return vectors;
  }

  /** Whether every source was written alike, with one calibration: codes mean the same in all. */
  boolean shareCodes(QuantizationConfig config) {
    if (foreign || sources.isEmpty()) {
      return false;
    }
    FieldEntry first = sources.get(0).entry();
    for (Source source : sources) {
      FieldEntry entry = source.entry();
      if (!entry.config().equals(config)
          || !entry.layout().equals(first.layout())
          || !Arrays.equals(entry.calibrationId(), first.calibrationId())) {
        return false;
      }
    }
    return true;
  }

  /** One of the sources, for what all share. */
  QuantizedField any() {
    return sources.get(0).values.field();
  }

  /**
   * The calibration of most vectors among the sources that were written alike; null if none was.
   */
  Calibration largest(QuantizationConfig config) {
    Map<String, Integer> counts = new HashMap<>();
    Calibration largest = null;
    int most = 0;
    for (Source source : sources) {
      FieldEntry entry = source.entry();
      if (entry.config().equals(config) && entry.calibrationId() != null) {
        int count =
            counts.merge(
                StringHelper.idToString(entry.calibrationId()), entry.count(), Integer::sum);
        if (count > most) {
          most = count;
          largest = source.values.field().space().calibration();
        }
      }
    }
    return largest;
  }

  /** The sources' live errors, put together. */
  float liveError() {
    double squares = 0;
    long measured = 0;
    for (Source source : sources) {
      float error = source.entry().liveError();
      if (!Float.isNaN(error)) {
        squares += (double) error * error * source.entry().count();
        measured += source.entry().count();
      }
    }
    return measured == 0 ? Float.NaN : (float) Math.sqrt(squares / measured);
  }

  /** Whether vectors no longer are what the shared calibration was learned from. */
  boolean drifted() {
    QuantizedField field = any();
    return field.space() != null
        && DriftTest.ratio(field.space().calibration(), liveError()) > DriftTest.MAX_RATIO;
  }

  @FunctionalInterface
  interface RecordVisitor {
    void visit(int doc, QuantizedFloatVectorValues values, int ord) throws IOException;
  }

  /** Goes through the live vectors in the order of the merged documents. */
  void forEach(RecordVisitor visitor) throws IOException {
    List<Sub> subs = new ArrayList<>();
    for (Source source : sources) {
      subs.add(new Sub(source));
    }
    DocIDMerger<Sub> merger = DocIDMerger.of(subs, mergeState.needsIndexSort);
    for (Sub sub = merger.next(); sub != null; sub = merger.next()) {
      visitor.visit(sub.mappedDocID, sub.values, sub.iterator.index());
    }
  }

  private static final class Sub extends DocIDMerger.Sub {

    private final QuantizedFloatVectorValues values;
    private final KnnVectorValues.DocIndexIterator iterator;

    Sub(Source source) throws IOException {
      super(source.docMap);
      this.values = source.values.copy();
      this.iterator = values.iterator();
    }

    @Override
    public int nextDoc() throws IOException {
      return iterator.nextDoc();
    }
  }
}
