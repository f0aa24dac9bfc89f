/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.codec.segment.ScoreErrors;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * How far scores of codes are from those of the rerank copies, as measured in some segments. Each
 * segment is weighted by its number of vectors.
 *
 * @param segments segments that were measured
 * @param weight their vectors
 * @param squares mean square error, times the weight
 * @param bias mean error, times the weight
 * @param spread mean square spread of exact scores, times the weight
 * @param histogram vectors by the size of the error: by {@link #bin}
 */
public record ScoreErrorStats(
    int segments,
    double weight,
    double squares,
    double bias,
    double spread,
    Map<Integer, Double> histogram)
    implements Writeable {

  /** Nothing was measured. */
  public static final ScoreErrorStats NONE = new ScoreErrorStats(0, 0, 0, 0, 0, Map.of());

  /** A percentile is known to a fifth of its value by bins of so many an octave. */
  private static final int BINS_PER_OCTAVE = 4;

  /** Errors below are the rounding of floats of any score there is. */
  private static final int LOWEST_BIN = -40 * BINS_PER_OCTAVE;

  private static final int HIGHEST_BIN = 128 * BINS_PER_OCTAVE;

  /** Reads what {@link #writeTo} wrote. */
  public ScoreErrorStats(StreamInput in) throws IOException {
    this(
        in.readVInt(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readMap(StreamInput::readInt, StreamInput::readDouble));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVInt(segments);
    out.writeDouble(weight);
    out.writeDouble(squares);
    out.writeDouble(bias);
    out.writeDouble(spread);
    out.writeMap(histogram, StreamOutput::writeInt, StreamOutput::writeDouble);
  }

  /**
   * Those of one segment.
   *
   * @param vectors vectors of the segment
   */
  static ScoreErrorStats of(ScoreErrors measured, int vectors) {
    float[] errors = measured.errors();
    if (errors.length == 0) {
      return NONE;
    }
    double share = (double) vectors / errors.length;
    double sum = 0;
    Map<Integer, Double> histogram = new TreeMap<>();
    for (float error : errors) {
      sum += error;
      histogram.merge(bin(Math.abs(error)), share, Double::sum);
    }
    double rms = measured.rootMeanSquare();
    return new ScoreErrorStats(
        1,
        vectors,
        rms * rms * vectors,
        sum * share,
        measured.meanSquareSpread() * vectors,
        histogram);
  }

  private static int bin(double magnitude) {
    double log = BINS_PER_OCTAVE * Math.log(magnitude) / Math.log(2);
    return (int) Math.clamp(Math.floor(log), LOWEST_BIN, HIGHEST_BIN);
  }

  /** The largest magnitude of an error in a bin of the histogram. */
  public static double upperBound(int bin) {
    return Math.pow(2, (bin + 1.0) / BINS_PER_OCTAVE);
  }

  /** The sum of this and another. */
  public ScoreErrorStats plus(ScoreErrorStats other) {
    Map<Integer, Double> both = new TreeMap<>(histogram);
    other.histogram.forEach((bin, count) -> both.merge(bin, count, Double::sum));
    return new ScoreErrorStats(
        segments + other.segments,
        weight + other.weight,
        squares + other.squares,
        bias + other.bias,
        spread + other.spread,
        both);
  }

  /** Root mean square error, in units of a score; NaN if nothing was measured. */
  public double rootMeanSquare() {
    return Math.sqrt(squares / weight);
  }

  /**
   * Mean error: above 0 where codes promise more than the copy holds; NaN if nothing was measured.
   */
  public double meanError() {
    return bias / weight;
  }

  /**
   * The root mean square error over the spread of the scores of one query: how blurred the order of
   * hits is. NaN if nothing was measured, or if all scores are the same.
   */
  public double relative() {
    return spread == 0 ? Double.NaN : Math.sqrt(squares / spread);
  }

  /**
   * What the magnitude of a share of the errors is at most, up to a fifth too high.
   *
   * @param share 0 to 1
   * @return NaN if nothing was measured
   */
  public double percentile(double share) {
    double left = share * weight;
    int last = 0;
    for (Map.Entry<Integer, Double> entry : new TreeMap<>(histogram).entrySet()) {
      last = entry.getKey();
      left -= entry.getValue();
      // Shares of vectors do not add up to whole numbers.
      if (left <= 1e-9 * weight) {
        break;
      }
    }
    return histogram.isEmpty() ? Double.NaN : upperBound(last);
  }
}
