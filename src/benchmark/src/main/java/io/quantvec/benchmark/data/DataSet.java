/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Vectors, queries, and for each query the similarity that a vector needs to count as one of the
 * nearest.
 *
 * @param name the common name of the files, or the name of a derived data set
 * @param similarity how vectors are compared
 * @param base the vectors; the id of a vector is its position. Each access may decode the vector
 *     from a file, see {@link VectorFile#open}
 * @param queries the queries
 * @param thresholds for each query the similarity of the {@link #K}th nearest vector, as {@link
 *     ExactSimilarity} computes it
 */
public record DataSet(
    String name,
    VectorSimilarityFunction similarity,
    List<float[]> base,
    float[][] queries,
    double[] thresholds) {

  /** Number of neighbors that recall asks for. */
  public static final int K = 10;

  /** Relative tolerance: the sums of exact duplicates may differ in the last bits. */
  private static final double TOLERANCE = 1e-6;

  private static final String BASE = ".base.f16bin";
  private static final String QUERIES = ".query.f16bin";
  private static final String TRUTH = ".gt.ibin";

  /** Returns the names of the data sets in a folder, sorted. */
  public static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(BASE)) {
          names.add(name.substring(0, name.length() - BASE.length()));
        }
      }
    }
    names.sort(null);
    return names;
  }

  /** Returns the dimension of the vectors of a data set. */
  public static int dimension(Path folder, String name) throws IOException {
    return VectorFile.read(folder.resolve(name + BASE), 1).get(0).length;
  }

  /**
   * Reads a data set: the files {@code NAME.base.f16bin}, {@code NAME.query.f16bin} and {@code
   * NAME.gt.ibin}.
   *
   * @param maxVectors the largest number of vectors; from a larger data set this takes the first
   *     vectors and searches them for the true neighbors
   * @param maxQueries the largest number of queries; from a larger data set this takes queries that
   *     are spread evenly, because the first queries may be easier than the rest
   */
  public static DataSet read(Path folder, String name, int maxVectors, int maxQueries)
      throws IOException {
    List<float[]> all = VectorFile.open(folder.resolve(name + BASE));
    float[][] queries =
        VectorFile.read(folder.resolve(name + QUERIES), Integer.MAX_VALUE).toArray(float[][]::new);
    TruthFile truth = TruthFile.read(folder.resolve(name + TRUTH));
    if (queries.length > maxQueries) {
      queries = spread(queries, maxQueries);
      truth =
          new TruthFile(spread(truth.ids(), maxQueries), spread(truth.similarities(), maxQueries));
    }
    VectorSimilarityFunction similarity = ExactSimilarity.detect(truth, all, queries);
    List<float[]> base = all.size() > maxVectors ? all.subList(0, maxVectors) : all;
    int[][] nearest =
        base.size() == all.size()
            ? truth.ids()
            : ExhaustiveSearch.nearest(similarity, base, queries, K);
    return of(name, similarity, base, queries, nearest);
  }

  /**
   * Makes a data set whose nearest vectors are known.
   *
   * @param nearest for each query the ids of at least {@link #K} nearest vectors
   */
  public static DataSet of(
      String name,
      VectorSimilarityFunction similarity,
      List<float[]> base,
      float[][] queries,
      int[][] nearest) {
    double[] thresholds = new double[queries.length];
    for (int q = 0; q < queries.length; q++) {
      double kth = Double.POSITIVE_INFINITY;
      for (int i = 0; i < K; i++) {
        kth = Math.min(kth, ExactSimilarity.of(similarity, queries[q], base.get(nearest[q][i])));
      }
      thresholds[q] = kth;
    }
    return new DataSet(name, similarity, base, queries, thresholds);
  }

  private static <T> T[] spread(T[] rows, int count) {
    T[] chosen = Arrays.copyOf(rows, count);
    for (int i = 0; i < count; i++) {
      chosen[i] = rows[(int) ((long) i * rows.length / count)];
    }
    return chosen;
  }

  /** Returns the dimension of all vectors. */
  public int dimension() {
    return base.get(0).length;
  }

  /**
   * Returns whether a vector counts as one of the nearest vectors of a query. This compares
   * similarities, because duplicates have several ids.
   */
  public boolean isNearest(int query, int id) {
    double similar = ExactSimilarity.of(similarity, queries[query], base.get(id));
    return similar >= thresholds[query] - TOLERANCE * Math.max(1, Math.abs(thresholds[query]));
  }
}
