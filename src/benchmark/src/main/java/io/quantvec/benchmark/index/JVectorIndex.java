/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import io.github.jbellis.jvector.disk.RandomAccessReader;
import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.disk.SimpleWriter;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndexWriter;
import io.github.jbellis.jvector.graph.disk.OrdinalMapper;
import io.github.jbellis.jvector.graph.disk.feature.Feature;
import io.github.jbellis.jvector.graph.disk.feature.FeatureId;
import io.github.jbellis.jvector.graph.disk.feature.FusedPQ;
import io.github.jbellis.jvector.graph.disk.feature.InlineVectors;
import io.github.jbellis.jvector.graph.disk.feature.NVQ;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.quantization.NVQuantization;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import io.quantvec.benchmark.data.DataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import org.apache.lucene.util.IOUtils;

/** JVector's graph in a mapped file, built from floats on one thread, as Lucene's graph is. */
public final class JVectorIndex implements SearchIndex {

  /**
   * Connections per node, from the lowest layer up. JVector takes the numbers as they are, while
   * Lucene doubles {@code m} in the lowest layer: 32 here equals 16 there. All layers above the
   * second have as many as the second.
   */
  private static final List<Integer> CONNECTIONS = List.of(2 * GraphSettings.M, GraphSettings.M);

  /**
   * Factor by which a node may exceed its connections while JVector builds the graph, from
   * JVector's examples.
   */
  private static final float OVERFLOW = 1.2f;

  /** Factor by which a connection may be longer than the shortest path, from JVector's examples. */
  private static final float ALPHA = 1.2f;

  /** Dimensions per byte of a product-quantized code; the finest value in JVector's examples. */
  private static final int DIMENSIONS_PER_BYTE = 4;

  /** Clusters that a byte can number, and the only value that the fused form supports. */
  private static final int CLUSTERS = 256;

  /** Parts of a vector that JVector's examples quantize separately. */
  private static final int NVQ_PARTS = 2;

  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();

  /**
   * Where the index keeps the codes that a graph search compares and the vectors that rescoring
   * reads.
   */
  public enum Form {
    /** Codes on the heap, floats beside the links. */
    PQ("pq"),
    /** A copy of the neighbors' codes and the floats beside the links. */
    FUSED_PQ("fused pq"),
    /** Codes on the heap, 8 bits per dimension beside the links. */
    PQ_NVQ("pq, nvq");

    private final String label;

    Form(String label) {
      this.label = label;
    }

    /** Returns the name of the row. */
    public String rowName() {
      return "jvector " + label;
    }
  }

  private final Path folder;
  private final Form form;
  private final VectorSimilarityFunction similarity;
  private final ReaderSupplier readers;
  private final OnDiskGraphIndex graph;
  private final PQVectors codes;
  private final long codeFileBytes;
  private final IndexCost cost;

  /** Writes the index and opens it. */
  public JVectorIndex(Form form, DataSet data, Path folder) throws IOException {
    this.folder = folder;
    this.form = form;
    this.similarity = similarity(data.similarity());
    Path graphFile = folder.resolve("graph");
    Path codeFile = folder.resolve("codes");
    RandomAccessVectorValues vectors = vectors(data.base());
    ForkJoinPool oneThread = new ForkJoinPool(1);
    long start = System.nanoTime();
    long built;
    long rerank;
    long fused;
    try {
      PQVectors encoded = encode(vectors, oneThread);
      BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(vectors, similarity);
      try (GraphIndexBuilder builder =
          GraphIndexBuilder.builder(scores, vectors.dimension(), CONNECTIONS)
              .withBeamWidth(GraphSettings.EF_CONSTRUCTION)
              .withNeighborOverflow(OVERFLOW)
              .withAlpha(ALPHA)
              .withSimdExecutor(oneThread)
              .withParallelExecutor(oneThread)
              .build()) {
        ImmutableGraphIndex onHeap = builder.build(vectors);
        built = System.nanoTime();
        List<Feature> features = features(onHeap, vectors, encoded);
        rerank = (long) vectors.size() * features.get(0).featureSize();
        fused = features.size() == 1 ? 0 : (long) vectors.size() * features.get(1).featureSize();
        write(graphFile, onHeap, vectors, features, encoded);
      }
      if (form != Form.FUSED_PQ) {
        try (SimpleWriter out = new SimpleWriter(codeFile)) {
          encoded.write(out, OnDiskGraphIndex.CURRENT_VERSION);
        }
      }
    } finally {
      oneThread.shutdown();
    }
    long written = System.nanoTime();
    this.codeFileBytes = Files.exists(codeFile) ? Files.size(codeFile) : 0;
    this.cost =
        new IndexCost(
            (built - start) / 1e9,
            (written - built) / 1e9,
            codeFileBytes + fused,
            Files.size(graphFile) - rerank - fused,
            rerank,
            0);
    this.readers = ReaderSupplierFactory.open(graphFile);
    this.graph = OnDiskGraphIndex.load(readers);
    this.codes = form == Form.FUSED_PQ ? null : load(codeFile);
  }

  private static VectorSimilarityFunction similarity(
      org.apache.lucene.index.VectorSimilarityFunction similarity) {
    return switch (similarity) {
      case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
      case COSINE -> VectorSimilarityFunction.COSINE;
      case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> VectorSimilarityFunction.DOT_PRODUCT;
    };
  }

  private static RandomAccessVectorValues vectors(List<float[]> base) {
    List<VectorFloat<?>> vectors = new ArrayList<>(base.size());
    for (float[] vector : base) {
      vectors.add(TYPES.createFloatVector(vector));
    }
    return new ListRandomAccessVectorValues(vectors, base.get(0).length);
  }

  private PQVectors encode(RandomAccessVectorValues vectors, ForkJoinPool pool) {
    int bytes = (vectors.dimension() + DIMENSIONS_PER_BYTE - 1) / DIMENSIONS_PER_BYTE;
    // A shift of the center changes inner products and cosines, but not distances.
    boolean center = similarity == VectorSimilarityFunction.EUCLIDEAN;
    ProductQuantization quantization =
        ProductQuantization.compute(vectors, bytes, CLUSTERS, center, -1, pool, pool);
    return quantization.encodeAll(vectors, pool);
  }

  /** Returns what the graph's file keeps of each vector, starting with what rescoring reads. */
  private List<Feature> features(
      ImmutableGraphIndex onHeap, RandomAccessVectorValues vectors, PQVectors encoded) {
    return switch (form) {
      case PQ -> List.of(new InlineVectors(vectors.dimension()));
      case FUSED_PQ ->
          List.of(
              new InlineVectors(vectors.dimension()),
              new FusedPQ(onHeap.maxDegree(), encoded.getCompressor()));
      case PQ_NVQ -> List.of(new NVQ(NVQuantization.compute(vectors, NVQ_PARTS)));
    };
  }

  private static void write(
      Path file,
      ImmutableGraphIndex onHeap,
      RandomAccessVectorValues vectors,
      List<Feature> features,
      PQVectors encoded)
      throws IOException {
    var writing = new OnDiskGraphIndexWriter.Builder(onHeap, file);
    writing.withMapper(new OrdinalMapper.IdentityMapper(vectors.size() - 1));
    Map<FeatureId, IntFunction<Feature.State>> states = new EnumMap<>(FeatureId.class);
    try (ImmutableGraphIndex.View view = onHeap.getView()) {
      for (Feature feature : features) {
        writing.with(feature);
        states.put(
            feature.id(),
            switch (feature) {
              case FusedPQ fused -> id -> new FusedPQ.State(view, encoded, id);
              case NVQ nvq ->
                  id -> new NVQ.State(nvq.getNVQuantization().encode(vectors.getVector(id)));
              default -> id -> new InlineVectors.State(vectors.getVector(id));
            });
      }
      try (OnDiskGraphIndexWriter writer = writing.build()) {
        writer.write(states);
      }
    }
  }

  private static PQVectors load(Path file) throws IOException {
    try (ReaderSupplier supplier = ReaderSupplierFactory.open(file);
        RandomAccessReader in = supplier.get()) {
      return PQVectors.load(in);
    }
  }

  /** A new searcher for the calling thread only. */
  public Searcher searcher() {
    return new JVectorSearcher(graph, codes, similarity);
  }

  /** Wraps a vector for JVector. */
  static VectorFloat<?> vector(float[] vector) {
    return TYPES.createFloatVector(vector);
  }

  @Override
  public IndexCost cost() {
    return cost;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public long heapBytes() {
    return codeFileBytes;
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(graph::close, readers::close);
  }
}
