/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * Selects neighbors of a node that lie in different directions: a candidate is selected if no
 * neighbor that was selected before is nearer to the candidate than the node is (Malkov and
 * Yashunin 2018, algorithm 4).
 */
final class Diversity {

  private final UpdateableRandomVectorScorer scorer;
  private final int[] ords;
  private final float[] nodeScores;
  private final float[] scores;

  /**
   * @param scorer compares any two vectors
   * @param most maximum number of candidates
   */
  Diversity(UpdateableRandomVectorScorer scorer, int most) {
    this.scorer = scorer;
    this.ords = new int[most];
    this.nodeScores = new float[most];
    this.scores = new float[most];
  }

  /**
   * Selects neighbors.
   *
   * @param candidates the candidates' ordinals, nearest first; not changed
   * @param candidateScores scores of the candidates with the node
   * @param count number of candidates
   * @param limit maximum number of neighbors to select
   * @param chosen receives the selected neighbors, nearest first
   * @return the number of selected neighbors
   */
  int select(int[] candidates, float[] candidateScores, int count, int limit, int[] chosen)
      throws IOException {
    System.arraycopy(candidates, 0, ords, 0, count);
    System.arraycopy(candidateScores, 0, nodeScores, 0, count);
    int left = count;
    int selected = 0;
    while (left > 0) {
      int next = ords[0];
      float nextScore = nodeScores[0];
      chosen[selected++] = next;
      left--;
      if (left == 0 || selected == limit) {
        break;
      }
      System.arraycopy(ords, 1, ords, 0, left);
      System.arraycopy(nodeScores, 1, nodeScores, 0, left);
      scorer.setScoringOrdinal(next);
      scorer.bulkScore(ords, scores, left);
      int kept = 0;
      for (int i = 0; i < left; i++) {
        // A duplicate of the node is as near to all candidates as the node is. It must exclude only
        // further duplicates, not the other candidates.
        boolean diverse =
            scores[i] < nodeScores[i] || (scores[i] == nodeScores[i] && nodeScores[i] < nextScore);
        if (diverse) {
          ords[kept] = ords[i];
          nodeScores[kept++] = nodeScores[i];
        }
      }
      left = kept;
    }
    return selected;
  }
}
