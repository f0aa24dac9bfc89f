/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import org.apache.lucene.search.ScoreDoc;

/**
 * The candidates of one segment.
 *
 * @param docs with the segment's document numbers, and the segment's ordinal as shard index
 * @param partial whether a timeout or a cancellation ended the search before its time
 */
record LeafCandidates(ScoreDoc[] docs, boolean partial) {

  static final LeafCandidates NONE = new LeafCandidates(new ScoreDoc[0], false);

  static final LeafCandidates INTERRUPTED = new LeafCandidates(new ScoreDoc[0], true);
}
