/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.DriftTest;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.CodeErrors;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.CopyLayout;
import io.quantvec.codec.segment.CodeFit;
import io.quantvec.codec.segment.QuantizedField;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.DocIDMerger;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/** The segments that a merge takes one field's vectors from. */
final class MergeSources {

  /** A larger share than this of a segment's vectors is worth a calibration that fits it, too. */
  private static final int MANY = 8;

  private final FieldInfo fieldInfo;
  private final MergeState mergeState;
  private final boolean cosine;
  private final List<Source> sources = new ArrayList<>();
  private int vectors;

  /**
   * One segment.
   *
   * @param values its vectors; of another class if another format wrote them, or a reader is
   *     wrapped
   */
  private record Source(
      KnnVectorsReader reader,
      String name,
      FloatVectorValues values,
      int liveVectors,
      MergeState.DocMap docMap) {

    /** Its vectors from the first one on. Not a copy: not every wrapped reader's can be copied. */
    FloatVectorValues open() throws IOException {
      return reader.getFloatVectorValues(name);
    }

    /** Null if the codes are not ours. */
    QuantizedField field() {
      return values instanceof QuantizedFloatVectorValues quantized ? quantized.field() : null;
    }

    /** Whether it was written alike. */
    boolean makesSameCodes(QuantizationConfig config) {
      QuantizedField field = field();
      return field != null && field.stored().config().makesSameCodes(config);
    }

    /** Whether its codes mean what codes mean that are written with the calibration now. */
    boolean hasCodesOf(QuantizationConfig config, byte[] id) {
      return makesSameCodes(config)
          && Arrays.equals(field().stored().locations().calibrationId(), id);
    }

    /** Whether its copies mean what copies mean that are written with the calibration now. */
    boolean hasCopiesOf(CopyLayout copy, byte[] id) {
      QuantizedField field = field();
      return field != null
          && field.coding().copy().equals(copy)
          && Arrays.equals(field.stored().locations().copyCalibrationId(), id);
    }

    /** Whether such codes as are written now are all there is of its vectors. */
    boolean isSettled(QuantizationConfig config) {
      return makesSameCodes(config) && field().coding().copy().kind() == RerankPrecision.NONE;
    }

    /** How far its vectors are from what was indexed, see {@link CodeFit}. */
    float valueError() {
      return field() == null ? 0 : field().stored().fit().valueError();
    }
  }

  MergeSources(FieldInfo fieldInfo, MergeState mergeState) throws IOException {
    this.fieldInfo = fieldInfo;
    this.mergeState = mergeState;
    this.cosine = fieldInfo.getVectorSimilarityFunction() == VectorSimilarityFunction.COSINE;
    for (int i = 0; i < mergeState.knnVectorsReaders.length; i++) {
      KnnVectorsReader reader = mergeState.knnVectorsReaders[i];
      FieldInfo info = mergeState.fieldInfos[i].fieldInfo(fieldInfo.name);
      if (reader == null || info == null || !info.hasVectorValues()) {
        continue;
      }
      FloatVectorValues values = reader.getFloatVectorValues(fieldInfo.name);
      if (values != null && values.size() > 0) {
        int live = countLive(values, mergeState.liveDocs[i]);
        vectors += live;
        sources.add(new Source(reader, fieldInfo.name, values, live, mergeState.docMaps[i]));
      }
    }
  }

  private static int countLive(FloatVectorValues values, Bits liveDocs) throws IOException {
    if (liveDocs == null) {
      return values.size();
    }
    int live = 0;
    KnnVectorValues.DocIndexIterator iterator = values.iterator();
    for (int doc = iterator.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = iterator.nextDoc()) {
      live += liveDocs.get(doc) ? 1 : 0;
    }
    return live;
  }

  /** Live vectors of all sources. */
  int vectors() {
    return vectors;
  }

  /**
   * The calibration of most live vectors among the sources that were written alike; null if none
   * was.
   */
  Calibration largest(QuantizationConfig config) {
    return largest(config, calibration -> true, 0);
  }

  /**
   * What a source says that was written alike and has a calibration: of several, the one whose
   * budget was looked at for most vectors.
   *
   * @param calibration of one of the sources at least
   */
  SegmentField latestWith(QuantizationConfig config, Calibration calibration) {
    SegmentField latest = null;
    for (Source source : sources) {
      if (source.makesSameCodes(config)
          && source.field().space() != null
          && source.field().space().calibration() == calibration) {
        SegmentField field = source.field().stored();
        if (latest == null
            || field.budget() != null && field.budget().vectors() > latest.budget().vectors()) {
          latest = field;
        }
      }
    }
    return latest;
  }

  /** The calibration of the 8 bit copies of most live vectors; null if there are none. */
  Calibration largestCopy() {
    return largest(source -> source.field().coding().copySpace(), calibration -> true, 0);
  }

  /**
   * The calibration that vectors stay with that cannot be learned from, as there is nothing of them
   * but codes: the one of most live vectors; but one with a transform that was learned is preferred
   * to others, from a share of the vectors on that makes it the field's. What its codes gain in all
   * segments to come is worth that other vectors are encoded once more.
   */
  Calibration mostSettled(QuantizationConfig config) {
    Calibration learned =
        largest(
            config,
            calibration -> calibration.transform() instanceof DenseTransform,
            vectors / MANY);
    return learned == null ? largest(config) : learned;
  }

  private Calibration largest(
      QuantizationConfig config, Predicate<Calibration> condition, int atLeast) {
    return largest(
        source -> source.makesSameCodes(config) ? source.field().space() : null,
        condition,
        atLeast);
  }

  private Calibration largest(
      Function<Source, CodeSpace> spaces, Predicate<Calibration> condition, int atLeast) {
    // By object: open segments share one of each calibration.
    Map<Calibration, Integer> counts = new IdentityHashMap<>();
    Calibration largest = null;
    int most = atLeast;
    for (Source source : sources) {
      CodeSpace space = source.field() == null ? null : spaces.apply(source);
      if (space == null || !condition.test(space.calibration())) {
        continue;
      }
      int count = counts.merge(space.calibration(), source.liveVectors, Integer::sum);
      if (count > most) {
        most = count;
        largest = space.calibration();
      }
    }
    return largest;
  }

  /** Live vectors of which there is nothing but codes such as are written now. */
  int settledVectors(QuantizationConfig config) {
    int settled = 0;
    for (Source source : sources) {
      settled += source.isSettled(config) ? source.liveVectors : 0;
    }
    return settled;
  }

  /** Whether vectors are so few that what becomes of all matters more. */
  static boolean areFew(int vectors, int all) {
    return vectors < all / MANY;
  }

  /** A sample of all vectors, normalised for cosine. */
  VectorSample sample() throws IOException {
    return sample(source -> true);
  }

  /** A sample of the vectors that are known by more than codes such as are written now. */
  VectorSample sampleOfUnsettled(QuantizationConfig config) throws IOException {
    return sample(source -> !source.isSettled(config));
  }

  private VectorSample sample(Predicate<Source> condition) throws IOException {
    VectorSample sample = new VectorSample(fieldInfo.getVectorDimension());
    forEach(
        sources.stream().filter(condition).toList(),
        source -> false,
        source -> false,
        merged -> {
          float[] vector = merged.vector();
          sample.offer(cosine ? VectorMath.normalized(vector) : vector);
        });
    return sample;
  }

  /**
   * Whether a calibration does not fit the vectors of all sources, or those of the sources that
   * have another one: by what their writers measured where it is their own, and measured now where
   * not.
   */
  boolean drifted(QuantizationConfig config, Calibration calibration) throws IOException {
    byte[] id = calibration.id();
    CodeErrors errors = new CodeErrors();
    CodeErrors others = new CodeErrors();
    int otherVectors = 0;
    for (Source source : sources) {
      if (source.hasCodesOf(config, id)) {
        CodeFit status = source.field().stored().fit();
        errors.add(status.liveError(), status.clipRate(), source.values.size());
      } else {
        float error = DriftTest.liveError(calibration, someOf(source));
        errors.add(error, 0, source.values.size());
        others.add(error, 0, source.values.size());
        otherVectors += source.values.size();
      }
    }
    boolean manyOthers = otherVectors > vectors / MANY;
    return DriftTest.isDrift(calibration, errors.liveError(), vectors)
        || manyOthers && DriftTest.isDrift(calibration, others.liveError(), otherVectors);
  }

  /** Evenly spaced vectors, some of which may have been deleted. */
  private List<float[]> someOf(Source source) throws IOException {
    FloatVectorValues values = source.open();
    int looked = Math.min(DriftTest.VECTORS, values.size());
    List<float[]> some = new ArrayList<>(looked);
    for (int i = 0; i < looked; i++) {
      float[] vector = values.vectorValue((int) ((long) i * values.size() / looked));
      some.add(cosine ? VectorMath.normalized(vector) : vector.clone());
    }
    return some;
  }

  /** One vector of a source. */
  interface MergedVector {

    /** Its document in the merged segment. */
    int doc();

    /** The vector, valid until the next one is visited. */
    float[] vector() throws IOException;

    /** Its segment's vectors, which are ours if its code or its copy is wanted. */
    FloatVectorValues values();

    /** Whether its code is wanted as it is; else it must be encoded. */
    boolean hasCode();

    /** Whether its finer copy is wanted as it is; else it must be made. */
    boolean hasCopy();

    /** Its place among its segment's vectors. */
    int ord();

    /** How far it is from what was indexed, see {@link CodeFit}. */
    float valueError();
  }

  @FunctionalInterface
  interface MergedVectorVisitor {
    void visit(MergedVector vector) throws IOException;
  }

  /**
   * Goes through the live vectors in the order of the merged documents.
   *
   * @param calibrationId of the calibration whose codes are wanted; null for those of half floats
   * @param copyId of the calibration whose copies are wanted; null for those of other kinds than 8
   *     bits
   */
  void forEach(
      QuantizationConfig config,
      byte[] calibrationId,
      CopyLayout copy,
      byte[] copyId,
      MergedVectorVisitor visitor)
      throws IOException {
    forEach(
        sources,
        source -> source.hasCodesOf(config, calibrationId),
        source -> source.hasCopiesOf(copy, copyId),
        visitor);
  }

  private void forEach(
      List<Source> some,
      Predicate<Source> hasCodes,
      Predicate<Source> hasCopies,
      MergedVectorVisitor visitor)
      throws IOException {
    if (some.isEmpty()) {
      // Lucene's merger takes at least one.
      return;
    }
    List<Sub> subs = new ArrayList<>();
    for (Source source : some) {
      subs.add(new Sub(source, hasCodes.test(source), hasCopies.test(source)));
    }
    DocIDMerger<Sub> merger = DocIDMerger.of(subs, mergeState.needsIndexSort);
    for (Sub sub = merger.next(); sub != null; sub = merger.next()) {
      visitor.visit(sub);
    }
  }

  private static final class Sub extends DocIDMerger.Sub implements MergedVector {

    private final FloatVectorValues values;
    private final boolean hasCode;
    private final boolean hasCopy;
    private final KnnVectorValues.DocIndexIterator iterator;
    private final float valueError;

    Sub(Source source, boolean hasCode, boolean hasCopy) throws IOException {
      super(source.docMap);
      this.values = source.open();
      this.hasCode = hasCode;
      this.hasCopy = hasCopy;
      this.iterator = values.iterator();
      this.valueError = source.valueError();
    }

    @Override
    public int nextDoc() throws IOException {
      return iterator.nextDoc();
    }

    @Override
    public int doc() {
      return mappedDocID;
    }

    @Override
    public float[] vector() throws IOException {
      return values.vectorValue(iterator.index());
    }

    @Override
    public FloatVectorValues values() {
      return values;
    }

    @Override
    public boolean hasCode() {
      return hasCode;
    }

    @Override
    public boolean hasCopy() {
      return hasCopy;
    }

    @Override
    public int ord() {
      return iterator.index();
    }

    @Override
    public float valueError() {
      return valueError;
    }
  }
}
