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
 * Reads graphs with Lucene's reader and vectors with the reader of the flat format. This class runs
 * searches of a graph in which most documents may be hits, see {@link GraphSearcher}, and scans of
 * segments without a graph, see {@link CodeScan}. Lucene's code runs the other searches: with
 * filters that few documents match, and with given entry points.
 */
public final class QuantizedHnswVectorsReader extends KnnVectorsReader
    implements HnswGraphProvider {

  /**
   * Number of searchers that are kept for reuse: one per processor. More concurrent searches
   * allocate their own.
   */
  private static final int KEPT_SEARCHERS = Runtime.getRuntime().availableProcessors();

  private final FlatVectorsReader vectors;

  /** Name of the graphs' file, for errors. */
  private final String file;

  private final Lucene99HnswVectorsReader graphs;
  private final ArrayBlockingQueue<GraphSearcher> searchers;

  /** Whether each field has a graph. Cached, because opening a graph takes several reads. */
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
    // If this constructor fails, it closes the vectors reader.
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
    boolean done = searcher.advance(visits);
    if (done) {
      searchers.offer(searcher);
    }
    return done;
  }

  /**
   * Searches like Lucene's reader, but with a graph whose links are checked.
   *
   * @return false if Lucene's reader would scan the vectors instead; then nothing is searched
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

  /**
   * The number of candidates that a search is expected to need. An adaptive search's collector
   * keeps more.
   */
  private static int expectedCandidates(KnnCollector collector) {
    return collector.getSearchStrategy() instanceof AdaptiveSearchStrategy adaptive
        ? adaptive.effort().expected()
        : collector.k();
  }

  /**
   * Whether {@link GraphSearcher} serves a search: the filter excludes few documents, there are no
   * given entry points, and a scan is not faster.
   */
  private static boolean searchesHere(
      KnnCollector collector,
      AcceptDocs acceptDocs,
      QuantizedFloatVectorValues values,
      HnswGraph graph)
      throws IOException {
    if (collector instanceof SegmentCollector) {
      // SegmentSearch has already decided against a scan.
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

  /** The field's graph; an empty graph if the segment is too small to have one. */
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
