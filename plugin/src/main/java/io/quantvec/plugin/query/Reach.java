/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.plugin.settings.FixedLimits;
import io.quantvec.plugin.wire.WireNumbered;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import java.util.Locale;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * How far hits may be from the query's vector: the k nearest, or all within a score or a distance.
 *
 * @param kind which of them
 * @param value k, which is whole, the least score, or the largest distance as the k-NN plugin has
 *     distances
 */
public record Reach(Kind kind, float value) implements Writeable {

  /** What a query can say. */
  public enum Kind implements WireNumbered {
    /** The k nearest. */
    K(0),
    /** All that score at least as much. */
    MIN_SCORE(1),
    /** All that are at most as far. */
    MAX_DISTANCE(2);

    private final int wireNumber;

    Kind(int wireNumber) {
      this.wireNumber = wireNumber;
    }

    @Override
    public int wireNumber() {
      return wireNumber;
    }

    /** The name in queries. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Reach {
    if (kind == Kind.K) {
      checkK((int) value);
    }
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "[" + kind.label() + "] must be a finite number, got [" + value + "]");
    }
  }

  /**
   * The nearest.
   *
   * @throws IllegalArgumentException if k is not between 1 and {@link FixedLimits#MAX_K}
   */
  public static Reach k(int k) {
    // Checked before the number is rounded to a float.
    checkK(k);
    return new Reach(Kind.K, k);
  }

  private static void checkK(int k) {
    if (k < 1 || k > FixedLimits.MAX_K) {
      throw new IllegalArgumentException(
          "[k] must be between 1 and " + FixedLimits.MAX_K + ", got [" + k + "]");
    }
  }

  /** All with at least a score. */
  public static Reach minScore(float minScore) {
    return new Reach(Kind.MIN_SCORE, minScore);
  }

  /** All within a distance. */
  public static Reach maxDistance(float maxDistance) {
    return new Reach(Kind.MAX_DISTANCE, maxDistance);
  }

  /** The number of hits, of a reach that has one. */
  public int k() {
    if (kind != Kind.K) {
      throw new IllegalStateException("reaches as far as " + kind.label());
    }
    return (int) value;
  }

  /** Whether it is a score or a distance. */
  boolean isRadial() {
    return kind != Kind.K;
  }

  /** Reads what {@link #writeTo} wrote. */
  static Reach readFrom(StreamInput in) throws IOException {
    return new Reach(WireNumbers.read(in, Kind.class), in.readFloat());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    WireNumbers.write(out, kind);
    out.writeFloat(value);
  }
}
