/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.hnsw.FieldGraph;
import io.quantvec.codec.search.AdaptiveSearchStrategy;
import io.quantvec.codec.search.CandidateSearchStrategy;
import io.quantvec.codec.search.DefaultEffort;
import io.quantvec.codec.search.SearchedVectors;
import io.quantvec.codec.search.SegmentCollector;
import io.quantvec.codec.search.VectorScan;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.settings.PluginNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IOSupplier;
import org.opensearch.index.IndexSettings;

/** The vectors of one segment that may be hits, and their scores. */
final class LeafVectors implements SearchedVectors {

  /**
   * Vectors that are read between two checks of the timeout: some milliseconds if none is in
   * memory.
   */
  static final int RESCORED_AT_ONCE = 256;

  private static final KnnSearchStrategy FINAL_SCORES =
      new KnnSearchStrategy.Hnsw(CandidateSearchStrategy.WITHOUT_FILTERED_SEARCH);

  private static final KnnSearchStrategy CANDIDATES =
      new CandidateSearchStrategy(CandidateSearchStrategy.WITHOUT_FILTERED_SEARCH);

  private final LeafReaderContext context;
  private final QuantizedKnnQuery query;
  private final Weight filterWeight;
  private final QueryTimeout timeout;
  private final LeafWork work;
  private final boolean profiled;
  private final MeasuredSearcher.Source source;
  private final FloatVectorValues values;

  /** Null if a wrapping reader hides the format of the vectors. */
  private final QuantizedVectorValues quantized;

  /**
   * @param context the segment
   * @param query the field and vector
   * @param filterWeight the documents that may be hits; null for all
   * @param timeout when to stop; null for never
   * @param work told of all that is read
   * @param profiled whether to measure the times that only a profile shows
   * @param source where candidates come from
   */
  LeafVectors(
      LeafReaderContext context,
      QuantizedKnnQuery query,
      Weight filterWeight,
      QueryTimeout timeout,
      LeafWork work,
      boolean profiled,
      MeasuredSearcher.Source source)
      throws IOException {
    this.context = context;
    this.query = query;
    this.filterWeight = filterWeight;
    this.timeout = timeout;
    this.work = work;
    this.profiled = profiled;
    this.source = source;
    this.values = context.reader().getFloatVectorValues(query.field());
    this.quantized = values instanceof QuantizedVectorValues known ? known : null;
    work.withoutGraph = FieldGraph.isMissing(context.reader(), query.field()) ? 1 : 0;
    if (values == null) {
      FloatVectorValues.checkField(context.reader(), query.field());
    }
  }

  LeafReaderContext context() {
    return context;
  }

  @Override
  public int size() {
    return values == null ? 0 : values.size();
  }

  @Override
  public int codeBytes() {
    return quantized == null ? 0 : quantized.quantization().codeBytes();
  }

  boolean timedOut() {
    return timeout != null && timeout.shouldExit();
  }

  @Override
  public boolean hasGraph() {
    return source == MeasuredSearcher.Source.SEARCH && work.withoutGraph == 0;
  }

  @Override
  public boolean isFiltered() {
    return filterWeight != null;
  }

  @Override
  public BitSet parents() throws IOException {
    return query.siblings() == null ? null : query.siblings().parents(context);
  }

  @Override
  public QueryTimeout timeout() {
    return timeout;
  }

  @Override
  public AcceptDocs accepted() throws IOException {
    LeafReader reader = context.reader();
    if (query.siblings() != null && parents() == null) {
      return null;
    }
    if (filterWeight == null) {
      return AcceptDocs.fromLiveDocs(reader.getLiveDocs(), reader.maxDoc());
    }
    Scorer filter = filterWeight.scorer(context);
    if (filter == null) {
      return null;
    }
    boolean dense = size() == reader.maxDoc();
    return AcceptDocs.fromIteratorSupplier(
        () ->
            dense
                ? filter.iterator()
                : ConjunctionUtils.intersectIterators(
                    List.of(filter.iterator(), values.iterator())),
        reader.getLiveDocs(),
        reader.maxDoc());
  }

  /** The document that a nested one belongs to. */
  int parent(int doc) {
    try {
      return query.siblings().parents(context).nextSetBit(doc);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The nested documents that may be hits and share their parents with given documents.
   *
   * @param docs ascending
   * @return ascending, with the given documents among them
   */
  int[] siblings(int[] docs) throws IOException {
    BitSet parents = query.siblings().parents(context);
    Scorer filter = filterWeight == null ? null : filterWeight.scorer(context);
    DocIdSetIterator candidates =
        filter == null
            ? values.iterator()
            : ConjunctionUtils.intersectIterators(List.of(filter.iterator(), values.iterator()));
    Bits live = context.reader().getLiveDocs();
    int[] found = new int[docs.length];
    int count = 0;
    int parent = -1;
    for (int doc : docs) {
      if (doc < parent) {
        continue;
      }
      parent = parents.nextSetBit(doc);
      int first = parents.prevSetBit(doc) + 1;
      int next = candidates.docID() < first ? candidates.advance(first) : candidates.docID();
      for (; next < parent; next = candidates.nextDoc()) {
        if (live == null || live.get(next)) {
          if (count == found.length) {
            found = Arrays.copyOf(found, count + (count >> 1) + 1);
          }
          found[count++] = next;
        }
      }
    }
    return Arrays.copyOf(found, count);
  }

  private VectorSimilarityFunction similarity() {
    return context.reader().getFieldInfos().fieldInfo(query.field()).getVectorSimilarityFunction();
  }

  @Override
  public KnnSearchStrategy strategy() {
    boolean rescores = query.goal().rescores();
    if (query.goal() instanceof SearchEffort effort && effort.adaptive()) {
      return new AdaptiveSearchStrategy(
          CandidateSearchStrategy.WITHOUT_FILTERED_SEARCH,
          rescores,
          DefaultEffort.of(similarity(), effort.k(), effort.rescored(), effort.mostEf()));
    }
    return rescores ? CANDIDATES : FINAL_SCORES;
  }

  @Override
  public void searchGraph(KnnCollector collector, AcceptDocs accepted) throws IOException {
    if (profiled) {
      // The search reuses the transformed query, so that its time does not include the transform.
      codeScorer();
    }
    long start = System.nanoTime();
    context.reader().searchNearestVectors(query.field(), query.target(), collector, accepted);
    work.graphNanos += System.nanoTime() - start;
    countVisits(collector.visitedCount());
  }

  @Override
  public boolean advance(SegmentCollector collector, long visits) throws IOException {
    long start = System.nanoTime();
    long before = collector.visitedCount();
    boolean over = collector.paused().advance(visits);
    work.graphNanos += System.nanoTime() - start;
    countVisits(collector.visitedCount() - before);
    return over;
  }

  private void countVisits(long visited) {
    work.visited += visited;
    countCodes(visited);
  }

  @Override
  public boolean codesAreBits() {
    return quantized != null && quantized.codesAreBits();
  }

  @Override
  public boolean scan(AcceptDocs accepted, KnnCollector collector) throws IOException {
    if (isFiltered() || quantized == null || source == MeasuredSearcher.Source.RERANK_COPY) {
      return scan(codeScorer(), accepted.iterator(), collector::collect);
    }
    if (profiled) {
      // The scan reuses the transformed query, so that its time does not include the transform.
      codeScorer();
    }
    long start = System.nanoTime();
    quantized.searchCodes(query.target(), collector, accepted);
    work.scanNanos += System.nanoTime() - start;
    work.scanned += collector.visitedCount();
    countCodes(collector.visitedCount());
    return !collector.earlyTerminated();
  }

  /** Scores codes; with a coarser query if the candidates are rescored later. */
  VectorScorer codeScorer() throws IOException {
    if (source == MeasuredSearcher.Source.RERANK_COPY) {
      return rerankScorer();
    }
    return timed(
        () ->
            query.goal().rescores() && quantized != null
                ? quantized.candidateScorer(query.target())
                : values.copy().scorer(query.target()));
  }

  private VectorScorer timed(IOSupplier<VectorScorer> newScorer) throws IOException {
    long start = System.nanoTime();
    VectorScorer scorer = newScorer.get();
    work.transformNanos += System.nanoTime() - start;
    return scorer;
  }

  /** Whether vectors have a rerank copy; false for a reader of another format, which hides it. */
  boolean hasFinerCopy() {
    return quantized != null && quantized.quantization().rerankCopy() != RerankPrecision.NONE;
  }

  /** Gives upper bounds of the scores by the rerank copy. The field must have a rerank copy. */
  VectorScorer upperBoundScorer() throws IOException {
    return timed(() -> quantized.upperBoundScorer(query.target()));
  }

  /** Scores rerank copies, or codes without a rerank copy. */
  VectorScorer rerankScorer() throws IOException {
    return timed(() -> values.copy().rescorer(query.target()));
  }

  /** The error message when a radius contains too many vectors. */
  String tooManyHits(Radius radius) {
    return "["
        + PluginNames.QUERY
        + "]: more than ["
        + radius.maxHits()
        + "] vectors of one shard in field ["
        + query.field()
        + "] have a score of at least ["
        + radius.minScore()
        + "]; ask for a higher score or a smaller distance, add a filter, ask for the nearest with"
        + " [k], or raise ["
        + IndexSettings.MAX_RESULT_WINDOW_SETTING.getKey()
        + "] of the index";
  }

  /**
   * Scores vectors one by one.
   *
   * @param docs the documents to score; documents without a vector are skipped
   * @return false if the time was over before the end
   */
  boolean scan(VectorScorer scorer, DocIdSetIterator docs, VectorScan.Sink sink)
      throws IOException {
    long start = System.nanoTime();
    long scored = work.scanned;
    long reranking = work.rerankNanos;
    boolean complete =
        VectorScan.run(
            scorer,
            docs,
            timeout,
            (doc, score) -> {
              work.scanned++;
              sink.accept(doc, score);
            });
    // The sink measures its own time.
    work.scanNanos += System.nanoTime() - start - (work.rerankNanos - reranking);
    countCodes(work.scanned - scored);
    return complete;
  }

  private void countCodes(long scored) {
    if (quantized != null) {
      SegmentField quantization = quantized.quantization();
      boolean bounds = query.goal() instanceof Radius && query.goal().rescores();
      work.bytesRead +=
          scored * (quantization.codeBytes() + (bounds ? quantization.errorBytes() : 0));
    }
  }

  /** The scores of documents by their codes; null if the time was over before the end. */
  ScoreDoc[] score(int[] docs) throws IOException {
    return scoreAll(codeScorer(), docs);
  }

  /** The scores of documents by their rerank copies; null if the time was over before the end. */
  ScoreDoc[] rescore(int[] docs) throws IOException {
    long start = System.nanoTime();
    ScoreDoc[] rescored = quantized == null ? scoreAll(rerankScorer(), docs) : rescoreInParts(docs);
    work.rerankNanos += System.nanoTime() - start;
    return rescored;
  }

  private ScoreDoc[] rescoreInParts(int[] docs) throws IOException {
    SegmentField quantization = quantized.quantization();
    // Without a rerank copy the codes are read again.
    int bytes =
        quantization.rerankCopy() == RerankPrecision.NONE
            ? quantization.codeBytes()
            : quantization.rerankBytes();
    ScoreDoc[] rescored = new ScoreDoc[docs.length];
    for (int from = 0; from < docs.length; from += RESCORED_AT_ONCE) {
      if (timedOut()) {
        return null;
      }
      int[] some = Arrays.copyOfRange(docs, from, Math.min(docs.length, from + RESCORED_AT_ONCE));
      float[] scores = quantized.rescore(query.target(), some);
      for (int i = 0; i < some.length; i++) {
        rescored[from + i] = new ScoreDoc(some[i], scores[i], context.ord);
      }
      work.reranked += some.length;
      work.prefetched += some.length;
      work.bytesRead += (long) some.length * bytes;
    }
    return rescored;
  }

  private ScoreDoc[] scoreAll(VectorScorer scorer, int[] docs) throws IOException {
    ScoreDoc[] scored = new ScoreDoc[docs.length];
    int[] count = new int[1];
    boolean complete =
        scan(
            scorer,
            new HitsIterator(docs),
            (doc, score) -> scored[count[0]++] = new ScoreDoc(doc, score, context.ord));
    return complete ? scored : null;
  }
}
