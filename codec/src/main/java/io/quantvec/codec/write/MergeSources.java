/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.DriftCheck;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.CodeErrors;
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
import java.util.Optional;
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

/** The segments from which a merge takes the vectors of one field. */
final class MergeSources {

  /**
   * Above one such part of the vectors, vectors count as many: they deserve a calibration that fits
   * them, too.
   */
  private static final int MANY = 8;

  private final FieldInfo fieldInfo;
  private final MergeState mergeState;
  private final boolean cosine;
  private final List<Source> sources = new ArrayList<>();
  private int vectors;

  /**
   * One segment.
   *
   * @param values the segment's vectors; of another class if another format wrote them, or if the
   *     reader is wrapped
   */
  private record Source(
      KnnVectorsReader reader,
      String name,
      FloatVectorValues values,
      int liveVectors,
      MergeState.DocMap docMap) {

    /**
     * A new iteration over the segment's vectors. Not a copy, because some wrapped readers cannot
     * be copied.
     */
    FloatVectorValues open() throws IOException {
      return reader.getFloatVectorValues(name);
    }

    /** Null if another format wrote the codes. */
    QuantizedField field() {
      return values instanceof QuantizedFloatVectorValues quantized ? quantized.field() : null;
    }

    /** Whether the segment was written with the same configuration of codes. */
    boolean makesSameCodes(QuantizationConfig config) {
      QuantizedField field = field();
      return field != null && field.stored().config().makesSameCodes(config);
    }

    /** Whether its codes can be copied into a segment with the given calibration. */
    boolean hasCodesOf(QuantizationConfig config, byte[] id) {
      return makesSameCodes(config)
          && Arrays.equals(field().stored().locations().calibrationId(), id);
    }

    /**
     * Whether its rerank copies can be copied into a segment with the given calibration of copies.
     */
    boolean hasCopiesOf(CopyLayout copy, byte[] id) {
      QuantizedField field = field();
      return field != null
          && field.coding().copy().equals(copy)
          && Arrays.equals(field.stored().locations().copyCalibrationId(), id);
    }

    /** Whether the segment keeps only codes, and those as they are written now. */
    boolean isSettled(QuantizationConfig config) {
      return makesSameCodes(config) && field().coding().copy().kind() == RerankPrecision.NONE;
    }

    /** How far its vectors are from those indexed, see {@link CodeFit}. */
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

  /** Live vectors of all segments. */
  int vectors() {
    return vectors;
  }

  /**
   * The calibration of most live vectors among the segments with the same configuration; null
   * without such segments.
   */
  Calibration largest(QuantizationConfig config) {
    return largest(config, calibration -> true, 0);
  }

  /**
   * A segment with the same configuration and the given calibration: of several, the one whose
   * budget was chosen for most vectors.
   *
   * @param calibration of one of the segments at least
   */
  SegmentField latestWith(QuantizationConfig config, Calibration calibration) {
    SegmentField latest = null;
    for (Source source : sources) {
      if (source.makesSameCodes(config)
          && source.field().coding().calibration().filter(c -> c == calibration).isPresent()) {
        SegmentField field = source.field().stored();
        if (latest == null
            || field.provenance().budget() != null
                && field.provenance().budget().vectors() > latest.provenance().budget().vectors()) {
          latest = field;
        }
      }
    }
    return latest;
  }

  /** The calibration of the 8 bit copies of most live vectors; null without such copies. */
  Calibration largestCopy() {
    return largest(source -> source.field().coding().copyCalibration(), calibration -> true, 0);
  }

  /**
   * The calibration to keep for vectors that exist as codes only, from which no calibration can be
   * learned: that of most live vectors. A calibration with a learned transform is preferred if its
   * share of the vectors is not small, because its gain in all later segments outweighs re-encoding
   * the other vectors once.
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
        source ->
            source.makesSameCodes(config)
                ? source.field().coding().calibration()
                : Optional.empty(),
        condition,
        atLeast);
  }

  private Calibration largest(
      Function<Source, Optional<Calibration>> calibrations,
      Predicate<Calibration> condition,
      int atLeast) {
    // By identity, because open segments share one object of each calibration.
    Map<Calibration, Integer> counts = new IdentityHashMap<>();
    Calibration largest = null;
    int most = atLeast;
    for (Source source : sources) {
      Optional<Calibration> found =
          source.field() == null ? Optional.empty() : calibrations.apply(source).filter(condition);
      if (found.isEmpty()) {
        continue;
      }
      int count = counts.merge(found.get(), source.liveVectors, Integer::sum);
      if (count > most) {
        most = count;
        largest = found.get();
      }
    }
    return largest;
  }

  /** Live vectors that exist only as codes, as they are written now. */
  int settledVectors(QuantizationConfig config) {
    int settled = 0;
    for (Source source : sources) {
      settled += source.isSettled(config) ? source.liveVectors : 0;
    }
    return settled;
  }

  /** Whether some vectors are so few that the fit of all vectors matters more. */
  static boolean areFew(int vectors, int all) {
    return vectors < all / MANY;
  }

  /** A sample of all vectors, normalized for cosine. */
  VectorSample sample() throws IOException {
    return sample(source -> true);
  }

  /** A sample of the vectors that exist as more than codes as they are written now. */
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
   * Whether a calibration does not fit the vectors of all segments, or those of the segments with
   * other calibrations. A segment with this calibration counts with the error that its writer
   * measured; vectors of the others are measured now.
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
        float error = DriftCheck.liveError(calibration, someOf(source));
        errors.add(error, 0, source.values.size());
        others.add(error, 0, source.values.size());
        otherVectors += source.values.size();
      }
    }
    boolean manyOthers = otherVectors > vectors / MANY;
    return DriftCheck.isDrift(calibration, errors.liveError(), vectors)
        || manyOthers && DriftCheck.isDrift(calibration, others.liveError(), otherVectors);
  }

  /** Evenly spaced vectors; some may be deleted. */
  private List<float[]> someOf(Source source) throws IOException {
    FloatVectorValues values = source.open();
    int looked = Math.min(DriftCheck.VECTORS, values.size());
    List<float[]> some = new ArrayList<>(looked);
    for (int i = 0; i < looked; i++) {
      float[] vector = values.vectorValue((int) ((long) i * values.size() / looked));
      some.add(cosine ? VectorMath.normalized(vector) : vector.clone());
    }
    return some;
  }

  /** One vector of a segment that is merged. */
  interface MergedVector {

    /** The document in the merged segment. */
    int doc();

    /** The vector, valid until the next one is visited. */
    float[] vector() throws IOException;

    /**
     * The segment's vectors; {@link QuantizedFloatVectorValues} if code or rerank copy can be
     * copied.
     */
    FloatVectorValues values();

    /** Whether the code can be copied; if not, the vector must be encoded. */
    boolean hasCode();

    /** Whether the rerank copy can be copied; if not, it must be made. */
    boolean hasCopy();

    /** The ordinal in the vector's segment. */
    int ord();

    /** How far the vector is from the one indexed, see {@link CodeFit}. */
    float valueError();
  }

  @FunctionalInterface
  interface MergedVectorVisitor {
    void visit(MergedVector vector) throws IOException;
  }

  /**
   * Visits the live vectors in the order of the merged documents.
   *
   * @param calibrationId of the calibration whose codes can be copied; null for half floats
   * @param copyId of the calibration whose rerank copies can be copied; null unless copies have 8
   *     bits per dimension
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
      // Lucene's merger needs at least one segment.
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
