/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.encode.HalfFloats;
import io.quantvec.codec.encode.VectorDecoder;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Scores stored codes against one query at a time, which may be a vector or another code. With the
 * terms f and g of {@link io.quantvec.codec.encode.VectorEncoder} and the query's residual w = step
 * * T(q - lambda c), quantized to w ~ s n with integers n,
 *
 * <pre>
 * D        = s (sum_j n_j u_j - sum_j n_j middle_j)
 * &lt;x, q&gt;   ~ f D + lambda g + &lt;q, c&gt; - lambda &lt;c, c&gt;
 * |x - q|^2 ~ |q - c|^2 + g - 2 f D
 * </pre>
 *
 * Lambda is 1 for distances; see {@link TransformedQuery}. Vectors that arrived as codes, x = c +
 * step u, are not of unit length under cosine; there f is one over the length, and as the centroid
 * shrinks with the vector, &lt;x, q&gt; / |x| = f (&lt;step u, q&gt; + &lt;c, q&gt;).
 *
 * <p>The last steps are in double, so that no finite vector gives NaN. Not safe for use by many
 * threads.
 */
public final class CodeScorer {

  private final CodeLayout layout;
  private final CodeSpace space;
  private final VectorSimilarityFunction similarity;
  private final RecordReader records;
  private final int recordLength;
  private final double centroidSquares;
  private final QueryRounding rounding;
  private final QueryCache cache;
  private final KernelResults room = new KernelResults();

  /** The query: perhaps others', too, if it is a vector; null for halves. */
  private QueryNumbers numbers;

  /** Null until a code is the query. */
  private VectorDecoder decoder;

  private float[] direction;

  /** A query that is one of this scorer's own codes; null until there is one. */
  private QueryNumbers own;

  private final TermReader terms;
  private final boolean preciseAdditive;

  /** A query as it is: of halves, and of vectors that are codes. */
  private final float[] plain;

  private double queryTerm;

  /** What g counts for. */
  private double lambda = 1;

  /** Where the codes of a bulk start, and their inner products; kept from call to call. */
  private long[] offsets = new long[0];

  private double[] products = new double[0];

  private int[] sums = new int[0];
  private int[] leastSums = new int[0];

  /** What is added to D, so that f multiplies it too. */
  private double innerTerm;

  /**
   * @param space what the codes mean; null for halves
   * @param records the codes that are scored
   * @param rounding how the query is rounded; halves take it as it is
   */
  public CodeScorer(
      CodeLayout layout,
      CodeSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      QueryRounding rounding) {
    this(layout, space, similarity, records, layout.recordLength(), rounding);
  }

  /**
   * Scores codes at the start of longer records, as those of a rerank copy.
   *
   * @param space what the codes mean; null for halves
   * @param recordLength bytes from the start of one record, where its code stands, to that of the
   *     next
   */
  public static CodeScorer ofRecords(
      CodeLayout layout,
      CodeSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      int recordLength) {
    return new CodeScorer(
        layout, space, similarity, records, recordLength, QueryPrecision.RERANK.roundingFor(space));
  }

  private CodeScorer(
      CodeLayout layout,
      CodeSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      int recordLength,
      QueryRounding rounding) {
    this.layout = layout;
    this.space = space;
    this.similarity = similarity;
    this.records = records;
    this.recordLength = recordLength;
    this.preciseAdditive = layout.terms() == CorrectionTerms.PRECISE_ADDITIVE;
    this.rounding = rounding;
    this.terms = new TermReader(layout, space, records);
    if (space == null) {
      this.plain = new float[layout.dimension()];
      this.centroidSquares = 0;
      this.cache = null;
    } else {
      this.plain = space.isLossless() ? new float[layout.dimension()] : null;
      this.centroidSquares =
          VectorMath.dot(space.calibration().centroid(), space.calibration().centroid());
      this.cache = QueryCache.of(space.calibration());
    }
  }

  /**
   * Scores against a vector from here on.
   *
   * @param query of the field's dimension; left as it is
   */
  public void setQuery(float[] query) {
    if (space == null) {
      float[] target =
          similarity == VectorSimilarityFunction.COSINE ? VectorMath.normalized(query) : query;
      System.arraycopy(target, 0, plain, 0, plain.length);
    } else if (space.isLossless()) {
      setPlainQuery(query);
    } else {
      TransformedQuery transformed = cache.get(space.calibration(), query, similarity);
      numbers = transformed.numbers(space, rounding);
      lambda = transformed.lambda();
      queryTerm = transformed.term();
    }
  }

  private void setPlainQuery(float[] query) {
    numbers = own();
    float[] centroid = space.calibration().centroid();
    if (similarity == VectorSimilarityFunction.COSINE) {
      double length = Math.sqrt(VectorMath.dot(query, query));
      double inverse = length == 0 ? 0 : 1 / length;
      if (!numbers.setWhole(query, inverse)) {
        numbers.set(query, inverse);
      }
      innerTerm = VectorMath.dot(query, centroid) * inverse;
      queryTerm = 0;
      return;
    }
    double squares = 0;
    for (int d = 0; d < plain.length; d++) {
      double value = (double) query[d] - centroid[d];
      plain[d] = (float) value;
      squares += value * value;
    }
    if (!numbers.setWhole(plain, 1)) {
      numbers.set(plain, 1);
    }
    queryTerm =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? squares
            : VectorMath.dot(query, centroid) - centroidSquares;
  }

  /**
   * Scores against another stored vector from here on.
   *
   * @param record its record
   */
  public void setQueryRecord(byte[] record) {
    if (decoder == null && space != null) {
      decoder = new VectorDecoder(space);
      direction = new float[space.dimension()];
    }
    if (space == null) {
      HalfFloats.decode(record, plain);
      return;
    }
    if (space.isLossless()) {
      float[] vector = new float[plain.length];
      decoder.decode(record, vector);
      setPlainQuery(vector);
      return;
    }
    numbers = own();
    if (!numbers.setCode(record, decoder.factor(record))) {
      decoder.decodeDirection(record, direction);
      numbers.set(direction, decoder.factor(record));
    }
    lambda = 1;
    queryTerm =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? decoder.additive(record)
            : decoder.additive(record) - centroidSquares;
  }

  private QueryNumbers own() {
    if (own == null) {
      own = QueryNumbers.of(space, rounding);
    }
    return own;
  }

  /** The score of one stored vector. */
  public float score(int ordinal) throws IOException {
    long offset = (long) ordinal * recordLength;
    if (space == null) {
      return Scores.of(similarity, compareHalves(offset));
    }
    return score(offset, numbers.product(records, offset));
  }

  private float compareHalves(long offset) throws IOException {
    return similarity == VectorSimilarityFunction.EUCLIDEAN
        ? records.squareDistanceHalves(plain, offset)
        : records.dotHalves(plain, offset);
  }

  /**
   * @param product the inner product of the query and the code's reconstruction
   */
  private float score(long offset, double product) throws IOException {
    return Scores.of(similarity, raw(offset, product));
  }

  /** The inner product or squared distance, which {@link Scores} makes a score of. */
  private double raw(long offset, double product) throws IOException {
    terms.read(offset);
    double factor = terms.factor();
    double additive = terms.additive();
    if (preciseAdditive) {
      additive += factor;
      factor = 1;
    }
    double estimate = factor * (product + innerTerm);
    return similarity == VectorSimilarityFunction.EUCLIDEAN
        ? queryTerm + additive - 2 * estimate
        : queryTerm + lambda * additive + estimate;
  }

  /**
   * The scores of many stored vectors.
   *
   * @return the largest of them, or negative infinity for none
   */
  public float bulkScore(int[] ordinals, float[] scores, int count) throws IOException {
    float max = Float.NEGATIVE_INFINITY;
    if (space == null) {
      for (int i = 0; i < count; i++) {
        scores[i] = score(ordinals[i]);
        max = Math.max(max, scores[i]);
      }
      return max;
    }
    if (products.length < count) {
      products = new double[count];
    }
    multiply(ordinals, count, products);
    for (int i = 0; i < count; i++) {
      scores[i] = score(offsets[i], products[i]);
      max = Math.max(max, scores[i]);
    }
    return max;
  }

  /** Fills {@link #offsets} and the inner products of the query and the codes' reconstructions. */
  private void multiply(int[] ordinals, int count, double[] products) throws IOException {
    if (offsets.length < count) {
      offsets = new long[count];
    }
    for (int i = 0; i < count; i++) {
      offsets[i] = (long) ordinals[i] * recordLength;
    }
    records.fetch(offsets, count, recordLength);
    numbers.products(records, offsets, count, room, products);
  }

  /**
   * What the scores of many stored vectors are made of; not for vectors that arrived as codes.
   *
   * @param estimates receive the inner products D; of halves, which have no terms, all there is:
   *     their squared distances or inner products
   * @param factors receive f
   * @param additives receive g
   */
  void bulkParts(
      int[] ordinals, int count, double[] estimates, double[] factors, double[] additives)
      throws IOException {
    if (space == null) {
      for (int i = 0; i < count; i++) {
        estimates[i] = compareHalves((long) ordinals[i] * recordLength);
      }
      return;
    }
    multiply(ordinals, count, estimates);
    for (int i = 0; i < count; i++) {
      terms.read(offsets[i]);
      factors[i] = terms.factor();
      additives[i] = terms.additive();
    }
  }

  /**
   * Whether {@link #mayScore} tells codes apart by the query that was set: bits do, unless vectors
   * arrived as codes.
   */
  public boolean filters() {
    return numbers != null && numbers.scanFilter() != null;
  }

  /**
   * Which of the codes that follow each other may have a score of at least so much. It takes a
   * fifth of the time that scores take, and hardly ever leaves out one that does; where terms are
   * not finite, a code may.
   *
   * @param from the first one's ordinal: a multiple of {@link RecordReader#SCAN_GROUP}
   * @param count how many
   * @param least the score
   * @param bounds between what the terms of all codes lie
   * @param ordinals receive the codes, in their order
   * @return how many they are
   */
  public int mayScore(int from, int count, float least, TermBounds bounds, int[] ordinals)
      throws IOException {
    ScanFilter filter = numbers.scanFilter();
    if (sums.length < count) {
      sums = new int[count];
      leastSums = new int[count / RecordReader.SCAN_GROUP + 1];
    }
    long start = (long) from * recordLength;
    double raw = Scores.raw(similarity, least);
    for (int code = 0; code < count; code += RecordReader.SCAN_GROUP) {
      int group = (from + code) / RecordReader.SCAN_GROUP;
      leastSums[code / RecordReader.SCAN_GROUP] = leastSum(filter, raw, bounds, group);
    }
    // Most codes are not found, and their terms not looked at.
    int found = filter.scan(records, start, recordLength, count, leastSums, sums, ordinals);
    int left = 0;
    for (int i = 0; i < found; i++) {
      int code = ordinals[i];
      if (mayBe(start + (long) code * recordLength, filter.most(sums[code]), raw)) {
        ordinals[left++] = from + code;
      }
    }
    return left;
  }

  /** The smallest sum of a code of a group that {@link #mayBe}. */
  private int leastSum(ScanFilter filter, double raw, TermBounds bounds, int group) {
    double missing =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? (queryTerm + bounds.minAdditive(group) - raw) / 2
            : raw
                - queryTerm
                - lambda * (lambda < 0 ? bounds.minAdditive(group) : bounds.maxAdditive(group));
    return missing > 0 ? filter.leastSum(missing / bounds.maxFactor(group)) : Integer.MIN_VALUE;
  }

  private boolean mayBe(long offset, double product, double raw) throws IOException {
    double most = raw(offset, product);
    // What is no number may be anything.
    return similarity == VectorSimilarityFunction.EUCLIDEAN ? !(most > raw) : !(most < raw);
  }

  /** Between what the terms of the first codes lie. */
  public TermBounds termBounds(int count) throws IOException {
    TermBounds bounds = new TermBounds(count);
    for (int i = 0; i < count; i++) {
      terms.read((long) i * recordLength);
      bounds.add(i, terms.factor(), terms.additive());
    }
    return bounds;
  }

  /** The most that a product can be off for any code, see {@link QueryNumbers#error}. */
  double productError() {
    return numbers.error();
  }

  /** Whether a stored record says finite numbers, as all do that were written. */
  public boolean isFinite(int ordinal) throws IOException {
    long offset = (long) ordinal * recordLength;
    if (space != null) {
      terms.read(offset);
      return Double.isFinite(terms.factor()) && Double.isFinite(terms.additive());
    }
    byte[] record = new byte[layout.recordLength()];
    readRecord(ordinal, record);
    float[] vector = new float[layout.dimension()];
    HalfFloats.decode(record, vector);
    boolean finite = true;
    for (float component : vector) {
      finite &= Float.isFinite(component);
    }
    return finite;
  }

  /** Copies the code of one stored record out, and its terms. */
  public void readRecord(int ordinal, byte[] record) throws IOException {
    records.readBytes((long) ordinal * recordLength, record, layout.recordLength());
  }
}
