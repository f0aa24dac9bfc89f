/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import io.quantvec.codec.graph.GraphMetadata;
import io.quantvec.codec.graph.GraphSearcher;
import io.quantvec.codec.graph.StoredGraph;
import io.quantvec.codec.search.AdaptiveSearchStrategy;
import io.quantvec.codec.search.OutOfLine;
import io.quantvec.codec.search.SegmentCollector;
import io.quantvec.codec.segment.CodeScan;
import io.quantvec.codec.segment.QuantizedFlatVectorsReader;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IOSupplier;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.apache.lucene.util.hnsw.OrdinalTranslatedKnnCollector;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Lucene's reader of graphs, over our reader of vectors. Searches of a graph in which most
 * documents may be hits are done here, see {@link GraphSearcher}, and so are scans of segments
 * without a graph, see {@link CodeScan}. Lucene's reader does the others: searches of graphs with
 * filters that let few documents pass or with entry points of their own.
 */
public final class QuantizedHnswVectorsReader extends KnnVectorsReader
    implements HnswGraphProvider {

  /** More searches than this at a time bring their own memory. */
  private static final int KEPT_SEARCHERS = Runtime.getRuntime().availableProcessors();

  private final FlatVectorsReader vectors;

  /** Names the file where a graph is damaged. */
  private final String file;

  private final Lucene99HnswVectorsReader graphs;
  private final ArrayBlockingQueue<GraphSearcher> searchers;

  /** By field. A graph is opened with several reads, which a search need not pay to know this. */
  private final Map<String, Boolean> hasGraph = new ConcurrentHashMap<>();

  public QuantizedHnswVectorsReader(SegmentReadState state, QuantizedFlatVectorsReader vectors)
      throws IOException {
    this.vectors = vectors;
    this.file = GraphMetadata.indexFileName(state);
    try {
      GraphMetadata.check(state, vectors.counts());
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, vectors);
      throw t;
    }
    // If this fails, it closes the reader that it was given.
    this.graphs = new Lucene99HnswVectorsReader(state, vectors);
    this.searchers = new ArrayBlockingQueue<>(KEPT_SEARCHERS);
  }

  @Override
  public void search(String field, float[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    OutOfLine.run(() -> searchField(field, target, collector, acceptDocs));
  }

  private void searchField(
      String field, float[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    HnswGraph graph = getGraph(field);
    QuantizedFloatVectorValues values =
        vectors.getFloatVectorValues(field) instanceof QuantizedFloatVectorValues quantized
            ? quantized
            : null;
    if (values != null && graph.size() == 0) {
      CodeScan.search(values, target, collector, acceptDocs);
      return;
    }
    if (values == null || !searchesHere(collector, acceptDocs, values, graph)) {
      if (!searchAsLucene(
          graph, () -> vectors.getRandomVectorScorer(field, target), collector, acceptDocs)) {
        graphs.search(field, target, collector, acceptDocs);
      }
      return;
    }
    RandomVectorScorer scorer = values.codeScorer(target, collector.getSearchStrategy());
    Bits accepted = acceptDocs.bits();
    GraphSearcher kept = searchers.poll();
    GraphSearcher searcher = kept == null ? new GraphSearcher() : kept;
    searcher.begin(
        scorer, graph, accepted == null ? null : scorer.getAcceptOrds(accepted), collector);
    if (collector instanceof SegmentCollector ofSegment) {
      ofSegment.pause(visits -> advance(searcher, visits));
    } else {
      advance(searcher, Long.MAX_VALUE);
    }
  }

  private boolean advance(GraphSearcher searcher, long visits) throws IOException {
    boolean over = searcher.advance(visits);
    if (over) {
      searchers.offer(searcher);
    }
    return over;
  }

  /**
   * Searches as Lucene's reader does, but through a graph whose links are checked.
   *
   * @return whether it did: not where that reader scans
   */
  private static boolean searchAsLucene(
      HnswGraph graph,
      IOSupplier<RandomVectorScorer> scorers,
      KnnCollector collector,
      AcceptDocs acceptDocs)
      throws IOException {
    int size = graph.size();
    int k = collector.k();
    if (k == 0 || k >= size) {
      return false;
    }
    int passing = Math.min(acceptDocs.cost(), size);
    if (HnswGraphSearcher.expectedVisitedNodes(k, size) >= passing) {
      return false;
    }
    RandomVectorScorer scorer = scorers.get();
    HnswGraphSearcher.search(
        scorer,
        new OrdinalTranslatedKnnCollector(collector, scorer::ordToDoc),
        graph,
        scorer.getAcceptOrds(acceptDocs.bits()),
        passing);
    return true;
  }

  /** Candidates that the search is worth: a collector may have room for more. */
  private static int expectedCandidates(KnnCollector collector) {
    return collector.getSearchStrategy() instanceof AdaptiveSearchStrategy adaptive
        ? adaptive.effort().expected()
        : collector.k();
  }

  /** Whether it is an ordinary search of the graph. */
  private static boolean searchesHere(
      KnnCollector collector,
      AcceptDocs acceptDocs,
      QuantizedFloatVectorValues values,
      HnswGraph graph)
      throws IOException {
    if (collector instanceof SegmentCollector) {
      // Whoever made it has already compared the walk with a scan.
      return true;
    }
    int k = expectedCandidates(collector);
    int size = graph.size();
    if (k == 0 || k >= values.size()) {
      return false;
    }
    int passing = Math.min(acceptDocs.cost(), size);
    if (HnswGraphSearcher.expectedVisitedNodes(k, size) >= passing) {
      return false;
    }
    KnnSearchStrategy strategy = collector.getSearchStrategy();
    if (strategy instanceof KnnSearchStrategy.Seeded) {
      return false;
    }
    KnnSearchStrategy.Hnsw hnsw =
        strategy instanceof KnnSearchStrategy.Hnsw given ? given : KnnSearchStrategy.Hnsw.DEFAULT;
    return acceptDocs.bits() == null || !hnsw.useFilteredSearch((float) passing / size);
  }

  @Override
  public void search(String field, byte[] target, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    if (!searchAsLucene(
        getGraph(field),
        () -> vectors.getRandomVectorScorer(field, target),
        collector,
        acceptDocs)) {
      graphs.search(field, target, collector, acceptDocs);
    }
  }

  /** Whether the segment has a graph over the field's vectors. */
  boolean hasGraph(String field) throws IOException {
    Boolean known = hasGraph.get(field);
    if (known == null) {
      known = graphs.getGraph(field).size() > 0;
      hasGraph.put(field, known);
    }
    return known;
  }

  /** The field's graph; an empty one for a segment that was too small to get one. */
  @Override
  public HnswGraph getGraph(String field) throws IOException {
    HnswGraph graph = graphs.getGraph(field);
    return graph.size() == 0
        ? graph
        : StoredGraph.of(graph, file + " graph of field \"" + field + "\"");
  }

  @Override
  public FloatVectorValues getFloatVectorValues(String field) throws IOException {
    return graphs.getFloatVectorValues(field);
  }

  @Override
  public ByteVectorValues getByteVectorValues(String field) throws IOException {
    return graphs.getByteVectorValues(field);
  }

  @Override
  public KnnVectorsReader getMergeInstance() throws IOException {
    return graphs.getMergeInstance();
  }

  @Override
  public void finishMerge() throws IOException {
    graphs.finishMerge();
  }

  @Override
  public void checkIntegrity() throws IOException {
    graphs.checkIntegrity();
  }

  @Override
  public Map<String, Long> getOffHeapByteSize(FieldInfo fieldInfo) {
    return graphs.getOffHeapByteSize(fieldInfo);
  }

  @Override
  public void close() throws IOException {
    graphs.close();
  }
}
