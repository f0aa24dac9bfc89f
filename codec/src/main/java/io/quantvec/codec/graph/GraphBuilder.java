/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraph.NodesIterator;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/**
 * Builds a graph over the vectors of a segment by inserting one vector after the other (Malkov and
 * Yashunin 2018, algorithm 1). It builds the same kind of graph as Lucene's builder, at lower cost:
 *
 * <ul>
 *   <li>Links are plain numbers in a few large arrays, without scores. If a node has too many
 *       links, one bulk call scores all of them again.
 *   <li>One bulk call compares a selected neighbor with all remaining candidates, instead of each
 *       candidate with all selected neighbors.
 *   <li>Then only diverse neighbors stay, which leaves room for about a dozen new links before the
 *       node has too many again.
 * </ul>
 *
 * <p>In the finished graph, every vector is reachable. With one worker, equal vectors give equal
 * graphs.
 */
public final class GraphBuilder {

  /** Seed of the nodes' levels, as in Lucene's builder. */
  private static final long SEED = 42;

  /** Vectors that a worker takes at a time: a few milliseconds of work. */
  private static final int BATCH = 64;

  /** Number of locks that the nodes share: far more than workers, so that workers rarely wait. */
  private static final int LOCKS = 1 << 10;

  private final RandomVectorScorerSupplier scorers;
  private final HeapGraph graph;
  private final int efConstruction;
  private final Object[] locks = new Object[LOCKS];
  private final Object topLock = new Object();

  /** Whether each node has its links. */
  private final boolean[] linked;

  /** Links of the source segments' graphs, for nodes that are not inserted yet. */
  private Hints hints = Hints.NONE;

  /**
   * @param scorers compares vectors with each other
   * @param size number of vectors
   * @param m maximum number of links per node on the upper levels, and half of the maximum on the
   *     lowest level
   * @param efConstruction candidates that are kept while a vector is inserted
   */
  public GraphBuilder(RandomVectorScorerSupplier scorers, int size, int m, int efConstruction) {
    this.scorers = scorers;
    this.graph = new HeapGraph(size, m, new SplittableRandom(SEED));
    this.efConstruction = efConstruction;
    this.linked = new boolean[size];
    Arrays.setAll(locks, i -> new Object());
  }

  /**
   * Uses the graphs of merged segments: copies the largest complete graph, and takes from the
   * others the nodes from which the search for a vector's neighbors starts. Must be called before
   * any vector is inserted.
   *
   * @param sources the graphs, largest first, each with at most as many links per node
   */
  public void merge(List<SourceGraph> sources) throws IOException {
    List<SourceGraph> others = new ArrayList<>(sources);
    for (SourceGraph source : sources) {
      if (source.complete()) {
        copy(source.open(), source.ords());
        others.remove(source);
        break;
      }
    }
    hints = new Hints(graph.size(), others);
  }

  private void copy(HnswGraph source, int[] ords) throws IOException {
    for (int ord : ords) {
      linked[ord] = true;
      graph.setLevel(ord, 0);
    }
    for (int level = source.numLevels() - 1; level > 0; level--) {
      NodesIterator nodes = source.getNodesOnLevel(level);
      while (nodes.hasNext()) {
        int ord = ords[nodes.nextInt()];
        if (graph.level(ord) == 0) {
          graph.setLevel(ord, level);
        }
      }
    }
    StoredGraph stored = StoredGraph.of(source);
    int[] links = new int[stored.maxNeighbors()];
    for (int level = source.numLevels() - 1; level >= 0; level--) {
      NodesIterator nodes = source.getNodesOnLevel(level);
      while (nodes.hasNext()) {
        int node = nodes.nextInt();
        int count = stored.neighbors(level, node, links);
        for (int i = 0; i < count; i++) {
          int ord = ords[links[i]];
          if (graph.level(ord) < level) {
            throw stored.notOnLevel(links[i], level);
          }
          links[i] = ord;
        }
        graph.set(level, ords[node], links, Math.min(count, graph.maxNeighbors(level)));
      }
    }
    graph.setEntry(ords[source.entryNode()], source.numLevels() - 1);
  }

  /** Inserts all vectors in the calling thread. */
  public HeapGraph build() throws IOException {
    new Worker(new AtomicInteger()).call();
    Connection.connect(graph);
    return graph;
  }

  /**
   * Inserts all vectors.
   *
   * @param executor runs the workers
   * @param workers number of workers
   */
  public HeapGraph build(TaskExecutor executor, int workers) throws IOException {
    AtomicInteger next = new AtomicInteger();
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      tasks.add(new Worker(next));
    }
    executor.invokeAll(tasks);
    Connection.connect(graph);
    return graph;
  }

  /** Inserts batches of vectors in one thread. */
  private final class Worker implements Callable<Void> {

    private final AtomicInteger next;
    private final Insertion insertion;
    private final Hints.Reader hintReader;

    Worker(AtomicInteger next) throws IOException {
      this.next = next;
      this.insertion = new Insertion(graph, scorers, efConstruction, GraphBuilder.this::lock);
      this.hintReader = hints.reader();
    }

    @Override
    public Void call() throws IOException {
      for (int from = next.getAndAdd(BATCH);
          from < graph.size() && from >= 0;
          from = next.getAndAdd(BATCH)) {
        int to = Math.min(graph.size(), from + BATCH);
        for (int node = from; node < to; node++) {
          if (!linked[node]) {
            insert(node);
            linked[node] = true;
          }
        }
      }
      return null;
    }

    private void insert(int node) throws IOException {
      if (graph.level(node) <= graph.topLevel()) {
        int known = graph.level(node) > 0 ? 0 : hintReader.neighbors(node, linked);
        if (known >= Hints.ENOUGH) {
          insertion.insertNear(node, hintReader.ords(), known);
        } else {
          insertion.insert(node);
        }
        return;
      }
      // A node above the top level becomes the next entry node. Two such nodes that are inserted at
      // the same time would not be linked to each other.
      synchronized (topLock) {
        if (graph.topLevel() >= 0) {
          insertion.insert(node);
        }
        if (graph.level(node) > graph.topLevel()) {
          graph.setEntry(node, graph.level(node));
        }
      }
    }
  }

  private Object lock(int node) {
    return locks[node & LOCKS - 1];
  }
}
