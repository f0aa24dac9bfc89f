/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import io.quantvec.codec.hnsw.FieldGraph;
import io.quantvec.codec.search.SearchedVectors;
import io.quantvec.codec.search.SegmentCollector;
import io.quantvec.codec.search.VectorScan;
import io.quantvec.codec.segment.QuantizedVectorValues;
import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.BitSet;

/** The vectors of one segment for a {@link RescoredKnnFloatVectorQuery}. */
final class LeafFloatVectors implements SearchedVectors {

  private final LeafReaderContext leaf;
  private final RescoredKnnFloatVectorQuery query;
  private final float[] target;
  private final Weight filterWeight;
  private final QueryTimeout timeout;
  private final FloatVectorValues values;

  /**
   * @param target the query vector; not copied
   * @param filterWeight matches the documents that may be hits, all of which have a vector; null
   *     for all documents
   * @param timeout timeout of the search; null for none
   */
  LeafFloatVectors(
      LeafReaderContext leaf,
      RescoredKnnFloatVectorQuery query,
      float[] target,
      Weight filterWeight,
      QueryTimeout timeout)
      throws IOException {
    this.leaf = leaf;
    this.query = query;
    this.target = target;
    this.filterWeight = filterWeight;
    this.timeout = timeout;
    this.values = leaf.reader().getFloatVectorValues(query.getField());
    if (values == null) {
      FloatVectorValues.checkField(leaf.reader(), query.getField());
    }
  }

  @Override
  public int size() {
    return values == null ? 0 : values.size();
  }

  @Override
  public int codeBytes() {
    return values instanceof QuantizedVectorValues quantized
        ? quantized.quantization().codeBytes()
        : values.getVectorByteLength();
  }

  @Override
  public boolean hasGraph() throws IOException {
    return !FieldGraph.isMissing(leaf.reader(), query.getField());
  }

  @Override
  public boolean isFiltered() {
    return filterWeight != null;
  }

  @Override
  public AcceptDocs accepted() throws IOException {
    LeafReader reader = leaf.reader();
    if (filterWeight == null) {
      return AcceptDocs.fromLiveDocs(reader.getLiveDocs(), reader.maxDoc());
    }
    Scorer filter = filterWeight.scorer(leaf);
    return filter == null
        ? null
        : AcceptDocs.fromIteratorSupplier(filter::iterator, reader.getLiveDocs(), reader.maxDoc());
  }

  @Override
  public BitSet parents() {
    return null;
  }

  @Override
  public KnnSearchStrategy strategy() {
    return query.getSearchStrategy();
  }

  @Override
  public QueryTimeout timeout() {
    return timeout;
  }

  @Override
  public void searchGraph(KnnCollector collector, AcceptDocs accepted) throws IOException {
    leaf.reader().searchNearestVectors(query.getField(), target, collector, accepted);
  }

  @Override
  public boolean advance(SegmentCollector collector, long visits) throws IOException {
    return collector.paused().advance(visits);
  }

  @Override
  public boolean codesAreBits() {
    return values instanceof QuantizedVectorValues quantized && quantized.codesAreBits();
  }

  @Override
  public boolean scan(AcceptDocs accepted, KnnCollector collector) throws IOException {
    if (!isFiltered() && values instanceof QuantizedVectorValues quantized) {
      quantized.searchCodes(target, collector, accepted);
      return !collector.earlyTerminated();
    }
    VectorScorer scorer =
        values instanceof QuantizedVectorValues quantized
            ? quantized.candidateScorer(target)
            : values.copy().scorer(target);
    return VectorScan.run(
        scorer,
        accepted.iterator(),
        timeout,
        (doc, score) -> {
          collector.incVisitedCount(1);
          collector.collect(doc, score);
        });
  }
}
