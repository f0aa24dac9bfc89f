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
 * Vectors, queries, and for each query how similar a vector must be to count as one of its nearest.
 *
 * @param name the files' common name, or what a data set is called that was made of others
 * @param similarity how the data are compared
 * @param base the vectors; a vector's id is its place. They may be read from a file each time they
 *     are asked for, see {@link VectorFile#open}
 * @param queries the queries
 * @param thresholds for each query the similarity of its {@link #K}th nearest vector, as {@link
 *     ExactSimilarity} gives it
 */
public record DataSet(
    String name,
    VectorSimilarityFunction similarity,
    List<float[]> base,
    float[][] queries,
    double[] thresholds) {

  /** Neighbours that recall asks for. */
  public static final int K = 10;

  /** Exact duplicates may differ in a sum's last bits. */
  private static final double TOLERANCE = 1e-6;

  private static final String BASE = ".base.f16bin";
  private static final String QUERIES = ".query.f16bin";
  private static final String TRUTH = ".gt.ibin";

  /** The names of the data sets that a folder holds, sorted. */
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

  /** The dimension of a data set's vectors. */
  public static int dimension(Path folder, String name) throws IOException {
    return VectorFile.read(folder.resolve(name + BASE), 1).get(0).length;
  }

  /**
   * Reads a data set.
   *
   * @param maxVectors if the data have more, the first ones are taken, and the true neighbours
   *     among them are searched for
   * @param maxQueries if the data have more, as many are taken, spread evenly, as the first ones
   *     may be easier than the rest
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
   * A data set whose nearest vectors are known.
   *
   * @param nearest for each query the ids of its {@link #K} nearest vectors, and maybe of more
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

  /** The dimension of all vectors. */
  public int dimension() {
    return base.get(0).length;
  }

  /** Whether a vector counts as one of a query's nearest: by similarity, for want of unique ids. */
  public boolean isNearest(int query, int id) {
    double similar = ExactSimilarity.of(similarity, queries[query], base.get(id));
    return similar >= thresholds[query] - TOLERANCE * Math.max(1, Math.abs(thresholds[query]));
  }
}
