/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.segment.QuantizedVectorValues;
import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;

/** A segment's vectors by document, fastest where documents come in ascending order. */
final class StoredVectors {

  private final LeafReader reader;
  private final String field;
  private int document = -1;
  private boolean opened;
  private FloatVectorValues values;
  private DocIndexIterator iterator;

  private float[] scorerTarget;
  private VectorScorer scorer;

  StoredVectors(LeafReader reader, String field) {
    this.reader = reader;
    this.field = field;
  }

  /**
   * Advances to a document.
   *
   * @return whether it has a vector
   */
  boolean advance(int next) throws IOException {
    if (!opened || next < document) {
      opened = true;
      values = reader.getFloatVectorValues(field);
      iterator = values == null ? null : values.iterator();
    }
    document = next;
    if (iterator == null) {
      return false;
    }
    // The iterator may be after the document already, at the next document with a vector.
    int found = iterator.docID();
    return (found < next ? iterator.advance(next) : found) == next;
  }

  /** The document's vector, in an array that the next document's will overwrite. */
  float[] vector() throws IOException {
    return values.vectorValue(iterator.index());
  }

  /** The codes that the document's vector arrived as; null if it arrived as numbers. */
  byte[] codes() throws IOException {
    return values instanceof QuantizedVectorValues quantized
        ? quantized.inputCodes(iterator.index())
        : null;
  }

  /**
   * The score of the document's vector, from the rerank copy, as rescoring computes it.
   *
   * @param target the query; what is made of it is kept for as long as the same array comes
   */
  float score(float[] target) throws IOException {
    if (scorerTarget != target || scorer.iterator().docID() > document) {
      scorer = reader.getFloatVectorValues(field).rescorer(target);
      scorerTarget = target;
    }
    DocIdSetIterator scored = scorer.iterator();
    if (scored.docID() < document) {
      scored.advance(document);
    }
    return scorer.score();
  }
}
