/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.opensearch.index.fieldvisitor.IdOnlyFieldVisitor;
import org.opensearch.index.mapper.SeqNoFieldMapper;

/** The vectors of one field in the documents of one shard that are not deleted. */
public final class LiveVectors {

  /** Documents between two checks for a cancellation. */
  private static final int CHECK_EVERY = 4096;

  private final IndexSearcher searcher;
  private final String field;
  private final Weight filter;
  private final Runnable cancellation;

  /** Takes a vector's place. */
  private interface Sink {
    void accept(int leaf, int doc, int ord);
  }

  /** A vector's place in the shard. */
  private record Place(int leaf, int doc, int ord) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return leaf == other.leaf
          ? Integer.compare(doc, other.doc)
          : Integer.compare(leaf, other.leaf);
    }
  }

  /**
   * @param filter the documents that count, by their roots where the field is nested; null for all
   * @param cancellation throws if the work was cancelled
   */
  public LiveVectors(IndexSearcher searcher, String field, Weight filter, Runnable cancellation) {
    this.searcher = searcher;
    this.field = field;
    this.filter = filter;
    this.cancellation = cancellation;
  }

  /** Counts the vectors. */
  public long count() throws IOException {
    long[] count = new long[1];
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
      if (filter == null && leaf.reader().getLiveDocs() == null) {
        count[0] += values == null ? 0 : values.size();
      } else {
        visit(leaf, values, (ord, doc, vector) -> count[0]++);
      }
    }
    return count[0];
  }

  /**
   * A uniform sample without repetition, by reservoir sampling.
   *
   * @param size the most to take
   */
  List<Sampled> sample(int size, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Place> places = new ArrayList<>();
    long[] seen = new long[1];
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      visit(
          leaf,
          leaf.reader().getFloatVectorValues(field),
          (ord, doc, vector) -> {
            seen[0]++;
            if (places.size() < size) {
              places.add(new Place(ord, doc, vector));
            } else {
              long slot = random.nextLong(seen[0]);
              if (slot < size) {
                places.set((int) slot, new Place(ord, doc, vector));
              }
            }
          });
    }
    Place[] sorted = places.toArray(Place[]::new);
    Arrays.sort(sorted);
    return read(sorted);
  }

  private void visit(LeafReaderContext leaf, FloatVectorValues values, Sink sink)
      throws IOException {
    if (values == null) {
      return;
    }
    DocIdSetIterator accepted = null;
    if (filter != null) {
      Scorer scorer = filter.scorer(leaf);
      if (scorer == null) {
        return;
      }
      accepted = scorer.iterator();
    }
    Roots roots = new Roots(leaf.reader());
    Bits live = leaf.reader().getLiveDocs();
    DocIndexIterator docs = values.iterator();
    int visited = 0;
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      if (visited++ % CHECK_EVERY == 0) {
        cancellation.run();
      }
      if ((live == null || live.get(doc))
          && (accepted == null || isAccepted(accepted, roots.of(doc)))) {
        sink.accept(leaf.ord, doc, docs.index());
      }
    }
  }

  private static boolean isAccepted(DocIdSetIterator accepted, int root) throws IOException {
    return (accepted.docID() < root ? accepted.advance(root) : accepted.docID()) == root;
  }

  private List<Sampled> read(Place[] sorted) throws IOException {
    List<Sampled> sampled = new ArrayList<>(sorted.length);
    IdOnlyFieldVisitor visitor = new IdOnlyFieldVisitor();
    int leaf = -1;
    FloatVectorValues values = null;
    StoredFields stored = null;
    Roots roots = null;
    for (Place place : sorted) {
      if (place.leaf != leaf) {
        leaf = place.leaf;
        LeafReader reader = searcher.getIndexReader().leaves().get(leaf).reader();
        values = reader.getFloatVectorValues(field);
        stored = reader.storedFields();
        roots = new Roots(reader);
      }
      if (sampled.size() % CHECK_EVERY == 0) {
        cancellation.run();
      }
      visitor.reset();
      stored.document(roots.of(place.doc), visitor);
      sampled.add(new Sampled(visitor.getId(), values.vectorValue(place.ord).clone()));
    }
    return sampled;
  }

  /** Finds the root of a nested document: the next document that has a primary term. */
  private static final class Roots {

    private final DocIdSetIterator roots;

    Roots(LeafReader reader) throws IOException {
      this.roots = reader.getNumericDocValues(SeqNoFieldMapper.PRIMARY_TERM_NAME);
    }

    /**
     * @param doc not before the one of the last call
     */
    int of(int doc) throws IOException {
      return roots.docID() < doc ? roots.advance(doc) : roots.docID();
    }
  }
}
