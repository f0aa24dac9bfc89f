/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.codec.segment.QuantizedVectorValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.opensearch.search.internal.ContextIndexSearcher;
import org.opensearch.search.internal.SearchContext;
import org.opensearch.search.profile.AbstractProfileBreakdown;
import org.opensearch.search.profile.ContextualProfileBreakdown;
import org.opensearch.search.profile.ProfileMetric;

/**
 * What {@code "profile": true} shows of a {@code quantized_knn} query beside the platform's timers.
 * Times are nanoseconds, and those of segments searched at the same time add up.
 */
public final class SearchProfile {

  /** The prefix of a calibration's id; the value is the number of vectors scored by its codes. */
  private static final String CALIBRATION = "calibration_";

  private static final Map<String, ToLongFunction<LeafWork>> METRICS =
      Map.of(
          "segments_without_graph", work -> work.withoutGraph,
          "vectors_visited", work -> work.visited,
          "vectors_scored", LeafWork::scored,
          "vectors_reranked", work -> work.reranked,
          "vectors_prefetched", work -> work.prefetched,
          "vector_bytes_read", work -> work.bytesRead,
          "transform_time", work -> work.transformNanos,
          "graph_time", work -> work.graphNanos,
          "scan_time", work -> work.scanNanos,
          "rerank_time", work -> work.rerankNanos);

  /** Null if the search is not profiled. */
  private final ContextualProfileBreakdown breakdown;

  private SearchProfile(ContextualProfileBreakdown breakdown) {
    this.breakdown = breakdown;
  }

  /**
   * The profile that the platform keeps of a query, while the query's weight is made. It keeps none
   * of a query inside of others, such as {@code function_score}, that make its weight without the
   * searcher.
   */
  static SearchProfile of(IndexSearcher searcher, QuantizedKnnQuery query) {
    if (query.state().profiledAs() == null
        || !(searcher instanceof ContextIndexSearcher context)
        || context.getProfiler() == null) {
      return new SearchProfile(null);
    }
    AbstractProfileBreakdown found =
        context.getProfiler().getProfileBreakdown(query.state().profiledAs());
    return new SearchProfile(
        found instanceof ContextualProfileBreakdown contextual ? contextual : null);
  }

  boolean isWanted() {
    return breakdown != null;
  }

  /**
   * Reports the work in all segments as work of the segment whose hits were asked for first,
   * because the platform cannot sum up a segment whose scorer it never asked for.
   *
   * @param asked the segment; null if its hits were not asked for by the platform's profile
   */
  void add(LeafReaderContext asked, List<LeafReaderContext> leaves, String field, LeafWork[] work)
      throws IOException {
    if (breakdown == null || asked == null) {
      return;
    }
    AbstractProfileBreakdown ofAsked = breakdown.context(asked);
    for (LeafReaderContext leaf : leaves) {
      LeafWork done = work[leaf.ord];
      if (done != null) {
        METRICS.forEach((name, value) -> add(ofAsked, name, value.applyAsLong(done)));
        String calibration = calibration(leaf, field);
        if (calibration != null) {
          add(ofAsked, CALIBRATION + calibration, done.scored());
        }
      }
    }
  }

  private static void add(AbstractProfileBreakdown breakdown, String name, long value) {
    if (breakdown.getMetric(name) instanceof Count count) {
      count.value += value;
    }
  }

  /**
   * What the profile shows of a query beside the timers. A boost around the query is shown as the
   * query.
   *
   * @param context knows the segments
   */
  public static Collection<Supplier<ProfileMetric>> metrics(SearchContext context, Query query) {
    Query unboosted = query;
    while (unboosted instanceof BoostQuery boosted) {
      unboosted = boosted.getQuery();
    }
    if (!(unboosted instanceof QuantizedKnnQuery knn)) {
      return List.of();
    }
    knn.state().setProfiledAs(query);
    Collection<Supplier<ProfileMetric>> metrics = new ArrayList<>();
    for (String name : METRICS.keySet()) {
      metrics.add(() -> new Count(name));
    }
    Set<String> calibrations = new LinkedHashSet<>();
    for (LeafReaderContext leaf : context.searcher().getIndexReader().leaves()) {
      try {
        calibrations.add(calibration(leaf, knn.field()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    calibrations.remove(null);
    for (String id : calibrations) {
      metrics.add(() -> new Count(CALIBRATION + id));
    }
    return metrics;
  }

  private static String calibration(LeafReaderContext leaf, String field) throws IOException {
    QuantizedVectorValues values = QuantizedVectorValues.of(leaf.reader(), field);
    return values == null ? null : values.quantization().calibrationId();
  }

  /** A named number. One thread writes it before it is read. */
  private static final class Count extends ProfileMetric {

    private long value;

    Count(String name) {
      super(name);
    }

    @Override
    public Map<String, Long> toBreakdownMap() {
      return Map.of(getName(), value);
    }
  }
}
