/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.data.FloatFile;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The task of the capped process.
 *
 * @param format the name of a {@link MemoryFormat}
 * @param index the folder of the measured index
 * @param warmUp an empty folder for a small index
 * @param queries the path of a {@link FloatFile}
 * @param ef candidates that a search keeps
 * @param seconds seconds of searches before the merge
 * @param mergeSeconds the longest wait for the merge
 */
record MemoryTask(
    String format,
    Path index,
    Path warmUp,
    Path queries,
    VectorSimilarityFunction similarity,
    int ef,
    double seconds,
    double mergeSeconds) {

  /** Returns arguments from which {@link #parse} makes the same task in another process. */
  List<String> arguments() {
    return List.of(
        format,
        index.toString(),
        warmUp.toString(),
        queries.toString(),
        similarity.name(),
        Integer.toString(ef),
        Double.toString(seconds),
        Double.toString(mergeSeconds));
  }

  /** Parses the result of {@link #arguments}. */
  static MemoryTask parse(String[] arguments) {
    return new MemoryTask(
        arguments[0],
        Path.of(arguments[1]),
        Path.of(arguments[2]),
        Path.of(arguments[3]),
        VectorSimilarityFunction.valueOf(arguments[4]),
        Integer.parseInt(arguments[5]),
        Double.parseDouble(arguments[6]),
        Double.parseDouble(arguments[7]));
  }
}
