/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.ScoreEstimate;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;

/** Explains the score of a document by its code and its rerank copy. */
final class ScoreExplanation {

  private final QuantizedKnnQuery query;

  ScoreExplanation(QuantizedKnnQuery query) {
    this.query = query;
  }

  /** Explains one hit. */
  Explanation hit(LeafReaderContext context, int doc, float score) throws IOException {
    QuantizedVectorValues values = QuantizedVectorValues.of(context.reader(), query.field());
    if (values == null) {
      return Explanation.match(score, "score of the vector in field [" + query.field() + "]");
    }
    boolean fromCopy =
        query.goal().rescores() && values.quantization().rerankCopy() != RerankPrecision.NONE;
    return Explanation.match(
        score,
        "score of the vector in field ["
            + query.field()
            + "], computed as that of the "
            + (fromCopy ? copy(values) : code(values))
            + " from:",
        estimates(values, doc));
  }

  /** Explains one document that is no hit. */
  Explanation noHit(LeafReaderContext context, int doc) throws IOException {
    String why =
        switch (query.goal()) {
          case SearchEffort effort ->
              "not among the ["
                  + effort.k()
                  + "] nearest that the search found"
                  + (query.filter() == null ? "" : " and the filter lets through");
          case Radius radius ->
              "no score of at least ["
                  + radius.minScore()
                  + "]"
                  + (query.filter() == null ? "" : ", or not let through by the filter");
        };
    QuantizedVectorValues values = QuantizedVectorValues.of(context.reader(), query.field());
    FloatVectorValues all = context.reader().getFloatVectorValues(query.field());
    if (all == null || all.iterator().advance(doc) != doc) {
      return Explanation.noMatch("no vector in field [" + query.field() + "]");
    }
    return values == null
        ? Explanation.noMatch(why)
        : Explanation.noMatch(why, estimates(values, doc));
  }

  private List<Explanation> estimates(QuantizedVectorValues values, int doc) throws IOException {
    ScoreEstimate estimate = values.estimate(query.target(), doc);
    SegmentField quantization = values.quantization();
    List<Explanation> details = new ArrayList<>();
    String calibration = quantization.calibrationId();
    details.add(
        Explanation.match(
            estimate.score(),
            "estimated score, of the "
                + code(values)
                + (calibration == null ? "" : " with the calibration [" + calibration + "]")));
    if (quantization.rerankCopy() != RerankPrecision.NONE) {
      details.add(
          Explanation.match(
              estimate.lower(), "the least that the score of the " + copy(values) + " can be"));
      details.add(
          Explanation.match(
              estimate.upper(), "the most that the score of the " + copy(values) + " can be"));
    }
    if (estimate.copyError() > 0) {
      details.add(
          Explanation.match(
              estimate.copyError(),
              "the distance at most between the "
                  + copy(values)
                  + " and the vector that it was made of"));
    }
    return details;
  }

  private static String code(QuantizedVectorValues values) {
    return "[" + values.quantization().config().precision().label() + "] code";
  }

  private static String copy(QuantizedVectorValues values) {
    return "[" + values.quantization().rerankCopy().label() + "] copy";
  }
}
