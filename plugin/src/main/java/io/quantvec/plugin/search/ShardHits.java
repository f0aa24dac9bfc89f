/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

/**
 * Hits of all segments.
 *
 * @param leaves one for each segment, by its ordinal
 * @param partial whether a timeout or a cancellation ended the search before its time
 */
record ShardHits(LeafHits[] leaves, boolean partial) {

  LeafHits ofLeaf(int ord) {
    return leaves[ord];
  }
}
