/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.codec.config.DefaultRescoring;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.plugin.settings.FixedLimits;
import io.quantvec.plugin.wire.WireNumbered;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * Whether a query's best candidates are rescored by their rerank copies, and how many.
 *
 * @param kind what the query says
 * @param oversampleFactor candidates for each of the k hits, 1 to 100; only with {@link
 *     Kind#FACTOR}
 */
public record Rescore(Kind kind, float oversampleFactor) implements Writeable {

  /** What a query can say. */
  public enum Kind implements WireNumbered {
    /** Nothing: the precision decides whether there is any rescoring. */
    DEFAULT(0),
    /** {@code true}: rescore, with as many candidates as suit the precision. */
    ON(1),
    /** {@code false}: the scores of the codes are final. */
    OFF(2),
    /** An {@code oversample_factor}. */
    FACTOR(3);

    private final int wireNumber;

    Kind(int wireNumber) {
      this.wireNumber = wireNumber;
    }

    @Override
    public int wireNumber() {
      return wireNumber;
    }
  }

  /** The precision decides. */
  public static final Rescore DEFAULT = new Rescore(Kind.DEFAULT, 0);

  /** Rescore, with the precision's factor. */
  public static final Rescore ON = new Rescore(Kind.ON, 0);

  /** Do not rescore. */
  public static final Rescore OFF = new Rescore(Kind.OFF, 0);

  public Rescore {
    if (kind == Kind.FACTOR) {
      checkFactor(oversampleFactor);
    }
  }

  private static void checkFactor(double oversampleFactor) {
    if (!(oversampleFactor >= FixedLimits.MIN_OVERSAMPLE_FACTOR
        && oversampleFactor <= FixedLimits.MAX_OVERSAMPLE_FACTOR)) {
      throw new IllegalArgumentException(
          "[oversample_factor] must be between "
              + FixedLimits.MIN_OVERSAMPLE_FACTOR
              + " and "
              + FixedLimits.MAX_OVERSAMPLE_FACTOR
              + ", got ["
              + oversampleFactor
              + "]");
    }
  }

  /**
   * A factor of the query's own.
   *
   * @throws IllegalArgumentException if it is not between 1 and 100
   */
  public static Rescore factor(double oversampleFactor) {
    // Checked before the factor is rounded to a float, which could move it into the range.
    checkFactor(oversampleFactor);
    return new Rescore(Kind.FACTOR, (float) oversampleFactor);
  }

  /** Reads what {@link #writeTo} wrote. */
  public static Rescore readFrom(StreamInput in) throws IOException {
    return new Rescore(WireNumbers.read(in, Kind.class), in.readFloat());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    WireNumbers.write(out, kind);
    out.writeFloat(oversampleFactor);
  }

  /**
   * How many candidates are rescored.
   *
   * @param config how the codes were made
   * @param dimension of the vectors
   * @param exact whether the codes' scores are no estimates, because vectors and query are codes
   * @param k hits that are wanted
   * @return at least k, or 0 for no rescoring
   */
  public int candidates(QuantizationConfig config, int dimension, boolean exact, int k) {
    return switch (kind) {
      case OFF -> 0;
      case FACTOR -> DefaultRescoring.capped(k, oversampleFactor, 0);
      case ON -> DefaultRescoring.candidatesIfAny(config, dimension, exact, k);
      case DEFAULT -> DefaultRescoring.candidates(config, dimension, exact, k);
    };
  }

  /**
   * How many candidates of a shard are rescored: if each segment chose its budget, the segment that
   * needs the most candidates sets the number.
   *
   * @param reader of the shard; null if it is not known
   * @param config how the mapping has it that codes are made
   * @param dimension of the vectors
   * @param exact whether the codes' scores are no estimates, because vectors and query are codes
   * @param k hits that are wanted
   * @return at least k, or 0 for no rescoring
   */
  int candidates(
      IndexReader reader,
      String field,
      QuantizationConfig config,
      int dimension,
      boolean exact,
      int k)
      throws IOException {
    if (config.precision() != Precision.AUTO || reader == null) {
      return candidates(config, dimension, exact, k);
    }
    int most = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      QuantizedVectorValues values = QuantizedVectorValues.of(leaf.reader(), field);
      if (values != null) {
        QuantizationConfig chosen = values.quantization().config();
        most = Math.max(most, candidates(chosen, dimension, exact, k));
      }
    }
    return most;
  }
}
