/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * Chooses neighbours that lie in different directions: one is chosen if none that was chosen before
 * it is nearer to it than the node is that they are chosen for (Malkov and Yashunin 2018, algorithm
 * 4).
 */
final class Diversity {

  private final UpdateableRandomVectorScorer scorer;
  private final int[] ords;
  private final float[] nodeScores;
  private final float[] scores;

  /**
   * @param scorer compares any two
   * @param most candidates at a time
   */
  Diversity(UpdateableRandomVectorScorer scorer, int most) {
    this.scorer = scorer;
    this.ords = new int[most];
    this.nodeScores = new float[most];
    this.scores = new float[most];
  }

  /**
   * @param candidates nearest first; left as they are
   * @param candidateScores how near each is to the node that neighbours are chosen for
   * @param limit the most to choose
   * @param chosen receives those chosen, nearest first
   * @return how many
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
        // What is the same as the node itself is as near to all others as the node is, and must not
        // keep them out; only what is the same once more is kept out.
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
