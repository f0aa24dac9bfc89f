/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.score.QueryRounding;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.VectorScorer;

/**
 * What the {@link org.apache.lucene.index.FloatVectorValues} of a field that this codec wrote can
 * do beyond those of other codecs.
 */
public interface QuantizedVectorValues {

  /**
   * The vectors of a field in a segment.
   *
   * @param segment one leaf of a reader
   * @return null if the segment has no vectors in the field, or if another codec wrote them
   */
  static QuantizedVectorValues of(LeafReader segment, String field) throws IOException {
    return segment.getFloatVectorValues(field) instanceof QuantizedVectorValues values
        ? values
        : null;
  }

  /** What the segment says about the field. */
  SegmentField quantization();

  /**
   * Scores the codes against a query that is rounded in a given way, to measure what rounding the
   * query costs. Fields of half floats do not round the query.
   *
   * @param target the query
   * @param rounding how the query is rounded; more bits than a kernel takes count as the kernel's
   * @return null if the field has no vectors
   */
  VectorScorer scorer(float[] target, QueryRounding rounding) throws IOException;

  /**
   * Scores the codes to find candidates that are rescored afterwards. The query is rounded to fewer
   * bits, which takes less time and ranks nearly as well.
   *
   * @param target the query
   * @return null if the field has no vectors
   */
  VectorScorer candidateScorer(float[] target) throws IOException;

  /**
   * Whether codes have one bit per component; then {@link #searchCodes} scores only codes that pass
   * a first look.
   */
  boolean codesAreBits();

  /**
   * Collects the documents with the nearest codes, without a graph. Codes of bits get a first look
   * with a query of few bits, which hardly ever drops a code that the collector would take.
   *
   * @param target of the field's dimension
   * @param collector told of every code that is looked at; a strategy that wants candidates only
   *     has them scored by a coarse query
   * @param acceptDocs the documents that may be hits
   */
  void searchCodes(float[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException;

  /**
   * The scores of documents from the rerank copy, or from the codes if the field has no copy. See
   * {@link SegmentField#rerankCopy} and {@link CodeFit#valueError} for how exact they are. All
   * records are requested at once, and read in the order of documents.
   *
   * @param target the query
   * @param docs ascending, each with a vector
   * @return one score per document
   */
  float[] rescore(float[] target, int[] docs) throws IOException;

  /**
   * Bounds the scores of the rerank copy from above, and reads codes only. A document's bound is
   * never less than the score that {@link #rescore} and {@link
   * org.apache.lucene.index.FloatVectorValues#rescorer} give, so a radial search rescores only the
   * documents whose bounds reach the score asked for. Without a rerank copy the bounds are those
   * scores themselves, up to the order of float sums. A bound may exceed the largest possible
   * score, and is infinite where nothing is known.
   *
   * @param target a query in which {@link io.quantvec.codec.encode.VectorLimits} finds no problem
   * @return null if the field has no vectors
   */
  VectorScorer upperBoundScorer(float[] target) throws IOException;

  /**
   * The score that a document's code gives, with its bounds.
   *
   * @param target the query, as for {@link #upperBoundScorer}
   * @param doc a document with a vector
   * @throws IllegalArgumentException if the document has no vector
   */
  ScoreEstimate estimate(float[] target, int doc) throws IOException;

  /**
   * Measures how far scores of the codes are from those of the rerank copy, on a sample of the
   * vectors. Reads up to 136 codes and copies and transforms eight queries, which takes about a
   * millisecond if they are in memory.
   *
   * @return null without a rerank copy
   */
  ScoreErrors measureScoreErrors() throws IOException;

  /**
   * Reads all codes once from start to end, so that they are in memory if there is room.
   *
   * @param goOn asked once per megabyte
   * @return bytes read: less than all if {@code goOn} answered false
   */
  long readCodes(BooleanSupplier goOn) throws IOException;

  /**
   * The codes of a vector that arrived as codes.
   *
   * @param ord the vector's ordinal
   * @return for int8 one signed byte per dimension; for binary eight dimensions per byte in the
   *     order of numpy's packbits, dimension d at bit 7 - d % 8 of byte d / 8, with zeros after the
   *     last dimension; null if vectors arrive as numbers
   */
  byte[] inputCodes(int ord) throws IOException;
}
