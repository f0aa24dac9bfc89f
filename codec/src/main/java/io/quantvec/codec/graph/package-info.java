/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The graph of nearest neighbors (HNSW): its construction, its file, and searches of it. It may
 * import {@code search} and {@code file}, and knows vectors only by their scores. Start with {@link
 * io.quantvec.codec.graph.GraphBuilder} and {@link io.quantvec.codec.graph.GraphSearcher}.
 */
package io.quantvec.codec.graph;
