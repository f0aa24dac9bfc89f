/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

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
   * Those of a segment.
   *
   * @param segment one leaf of a reader
   * @return null if the segment has no vectors in the field, or another codec wrote them
   */
  static QuantizedVectorValues of(LeafReader segment, String field) throws IOException {
    return segment.getFloatVectorValues(field) instanceof QuantizedVectorValues values
        ? values
        : null;
  }

  /** What the segment knows of the field's codes. */
  SegmentField quantization();

  /**
   * Scores the codes against a query of so many bits a component, to see what rounding the query
   * costs. Fields of half floats take the query as it is.
   *
   * @param target the query
   * @param queryBits 2 to 16; more than a kind of codes is scored with count as that. Or {@link
   *     io.quantvec.codec.score.QueryPrecision#UNROUNDED} for a query that is not rounded, which is
   *     slow
   * @return null if the field has no vectors
   */
  VectorScorer scorer(float[] target, int queryBits) throws IOException;

  /**
   * Scores the codes to find candidates whose scores will be computed anew: with a query of fewer
   * bits, which takes less time and ranks nearly as well.
   *
   * @param target the query
   * @return null if the field has no vectors
   */
  VectorScorer candidateScorer(float[] target) throws IOException;

  /**
   * Whether codes are bits, of which {@link #searchCodes} scores only those that pass a first look.
   */
  boolean codesAreBits();

  /**
   * Collects the documents whose codes are nearest, without a graph. Codes of bits are first looked
   * at with a query of one bit, which hardly ever leaves out one that the collector would take.
   *
   * @param target of the field's dimension
   * @param collector told of every code that is looked at; a strategy that wants candidates only
   *     has them scored by a coarser query
   * @param acceptDocs the documents that may be hits
   */
  void searchCodes(float[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException;

  /**
   * The scores of documents from the finest copy of their vectors, as exact as that is: see {@link
   * SegmentField#copy} and {@link SegmentField#valueError}. What is not in memory is asked for at
   * once, and read in the order of documents.
   *
   * @param target the query
   * @param docs ascending, each with a vector
   * @return one score a document
   */
  float[] rescore(float[] target, int[] docs) throws IOException;

  /**
   * Bounds the scores of the finest copy from above, reading codes only: what a document gets is
   * never less than what {@link #rescore} and {@link
   * org.apache.lucene.index.FloatVectorValues#rescorer} give for it, so that a search for all that
   * reach a score needs to rescore those only whose bounds do. Where the codes are the finest copy,
   * bounds are those scores themselves, up to the order in which floats are added. A bound may be
   * above the largest score, and infinite where nothing is known.
   *
   * @param target the query, one that {@link io.quantvec.codec.encode.VectorLimits} finds no
   *     problem with
   * @return null if the field has no vectors
   */
  VectorScorer upperBoundScorer(float[] target) throws IOException;

  /**
   * What the codes say of one document's score.
   *
   * @param target the query, as for {@link #upperBoundScorer}
   * @param doc one with a vector
   * @throws IllegalArgumentException if it has none
   */
  ScoreEstimate estimate(float[] target, int doc) throws IOException;

  /**
   * Measures how far scores of the codes are from those of the finest copy, on some of the vectors.
   * Reads up to 136 of each and takes eight transforms of a query: about a millisecond if they are
   * in memory.
   *
   * @return null if codes are the finest copy, so that there is nothing to be far from
   */
  ScoreErrors measureScoreErrors() throws IOException;

  /**
   * Reads all codes once, from the first byte to the last, so that they are in memory if there is
   * room.
   *
   * @param goOn asked about once a megabyte
   * @return bytes that were read: less than all if that was told to stop
   */
  long readCodes(BooleanSupplier goOn) throws IOException;

  /**
   * The codes of a vector that arrived as codes, as they arrived.
   *
   * @param ord the vector's ordinal
   * @return of int8 codes one signed byte a dimension; of binary ones eight dimensions a byte, in
   *     the order of numpy's packbits: dimension d at bit 7 - d % 8 of byte d / 8, and bits of 0
   *     behind the last one; null if vectors arrive as numbers
   */
  byte[] inputCodes(int ord) throws IOException;
}
