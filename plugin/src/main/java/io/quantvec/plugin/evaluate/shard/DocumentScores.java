/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.join.BitSetProducer;

/** Scores of known documents, by the rerank copies of their vectors and by their codes. */
final class DocumentScores {

  /**
   * Scores in the order of the documents.
   *
   * @param exact by the rerank copy; of nested vectors the best of each document
   * @param estimates what the codes of the same vectors say
   */
  record Scores(float[] exact, float[] estimates) {}

  private final List<LeafReaderContext> leaves;
  private final String field;
  private final BitSetProducer roots;

  /**
   * @param roots documents right after their nested ones, which have the vectors; null if documents
   *     have their vectors themselves
   */
  DocumentScores(IndexReader reader, String field, BitSetProducer roots) {
    this.leaves = reader.leaves();
    this.field = field;
    this.roots = roots;
  }

  /**
   * Scores documents.
   *
   * @param target the query
   * @param hits documents that have vectors, in any order
   */
  Scores of(float[] target, ScoreDoc[] hits) throws IOException {
    Scores scores = new Scores(new float[hits.length], new float[hits.length]);
    int[] order =
        IntStream.range(0, hits.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> hits[i].doc))
            .mapToInt(Integer::intValue)
            .toArray();
    LeafScores leafScores = null;
    for (int i : order) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hits[i].doc, leaves));
      if (leafScores == null || leafScores.leaf != leaf) {
        leafScores = new LeafScores(leaf, target);
      }
      leafScores.score(hits[i].doc - leaf.docBase, i, scores);
    }
    return scores;
  }

  private final class LeafScores {

    private final LeafReaderContext leaf;
    private final VectorScorer rerank;
    private final VectorScorer codes;

    LeafScores(LeafReaderContext leaf, float[] target) throws IOException {
      this.leaf = leaf;
      FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
      this.rerank = values.copy().rescorer(target);
      this.codes = values.copy().scorer(target);
    }

    /** Documents come in ascending order. */
    void score(int doc, int index, Scores scores) throws IOException {
      int first = roots == null ? doc : firstNested(doc);
      DocIdSetIterator iterator = rerank.iterator();
      int next = iterator.docID() < first ? iterator.advance(first) : iterator.docID();
      float best = Float.NEGATIVE_INFINITY;
      int bestDoc = -1;
      for (; next <= doc; next = iterator.nextDoc()) {
        float score = rerank.score();
        if (score > best) {
          best = score;
          bestDoc = next;
        }
      }
      if (bestDoc < 0) {
        throw new IllegalStateException("document " + doc + " has no vector in [" + field + "]");
      }
      codes.iterator().advance(bestDoc);
      scores.exact[index] = best;
      scores.estimates[index] = codes.score();
    }

    private int firstNested(int root) throws IOException {
      return root == 0 ? 0 : roots.getBitSet(leaf).prevSetBit(root - 1) + 1;
    }
  }
}
